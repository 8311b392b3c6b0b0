
// The pixels of a window that lie in the map.
struct Box {
  int top;
  int bottom;
  int left;
  int right;
};

__device__ inline Box box(const Window &w, int y, int x) {
  int top = y * (int) w.stride - (int) w.padding;
  int left = x * (int) w.stride - (int) w.padding;
  int bottom = top + (int) w.kernel;
  int right = left + (int) w.kernel;
  Box inside = {
      top < 0 ? 0 : top,
      bottom > w.height ? (int) w.height : bottom,
      left < 0 ? 0 : left,
      right > w.width ? (int) w.width : right};
  return inside;
}

// Where the first of the largest pixels of a window is.
__device__ inline int largest(const Window &w, const float *map, int y, int x) {
  Box b = box(w, y, x);
  int best = b.top * (int) w.width + b.left;
  for (int row = b.top; row < b.bottom; row++) {
    for (int column = b.left; column < b.right; column++) {
      int at = row * (int) w.width + column;
      best = map[at] > map[best] ? at : best;
    }
  }
  return best;
}

// A thread for each window.
extern "C" __global__ void max_pool(const float *maps, float *out, long long n, Window w) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    int x = (int) (i % w.outWidth);
    int y = (int) (i / w.outWidth % w.outHeight);
    const float *map = maps + i / w.outWidth / w.outHeight * w.height * w.width;
    out[i] = map[largest(w, map, y, x)];
  }
}

// A thread for each pixel, which asks the windows around it for the largest of theirs.
extern "C" __global__ void max_pool_bp(const float *g, const float *maps, float *byMaps, long long n, Window w) {
  int kernel = (int) w.kernel, stride = (int) w.stride, padding = (int) w.padding;
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    int pixel = (int) (i % (w.height * w.width));
    long long plane = i / (w.height * w.width);
    const float *map = maps + plane * w.height * w.width;
    const float *upstream = g + plane * w.outHeight * w.outWidth;
    int row = pixel / (int) w.width + padding;
    int column = pixel % (int) w.width + padding;
    float sum = 0.0f;
    for (int y = row < kernel ? 0 : (row - kernel) / stride + 1; y * stride <= row && y < w.outHeight; y++) {
      for (int x = column < kernel ? 0 : (column - kernel) / stride + 1; x * stride <= column && x < w.outWidth; x++) {
        sum += largest(w, map, y, x) == pixel ? upstream[y * w.outWidth + x] : 0.0f;
      }
    }
    byMaps[i] = sum;
  }
}

// Means of windows without padding; a thread for each.
extern "C" __global__ void avg_pool(const float *maps, float *out, long long n, Window w) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    Box b = box(w, (int) (i / w.outWidth % w.outHeight), (int) (i % w.outWidth));
    const float *map = maps + i / w.outWidth / w.outHeight * w.height * w.width;
    float sum = 0.0f;
    for (int row = b.top; row < b.bottom; row++) {
      for (int column = b.left; column < b.right; column++) {
        sum += map[row * w.width + column];
      }
    }
    out[i] = sum / (float) (w.kernel * w.kernel);
  }
}

// A thread for each pixel; the maps are given for their shape alone.
extern "C" __global__ void avg_pool_bp(const float *g, const float *maps, float *byMaps, long long n, Window w) {
  int kernel = (int) w.kernel, stride = (int) w.stride;
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    int column = (int) (i % w.width);
    int row = (int) (i / w.width % w.height);
    const float *upstream = g + i / w.width / w.height * w.outHeight * w.outWidth;
    float sum = 0.0f;
    for (int y = row < kernel ? 0 : (row - kernel) / stride + 1; y * stride <= row && y < w.outHeight; y++) {
      for (int x = column < kernel ? 0 : (column - kernel) / stride + 1; x * stride <= column && x < w.outWidth; x++) {
        sum += upstream[y * w.outWidth + x];
      }
    }
    byMaps[i] = sum / (float) (kernel * kernel);
  }
}
