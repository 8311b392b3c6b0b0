
// Maps [B C, H, W] to columns [B C, k, k, h, w]: a thread for each element of the columns.
extern "C" __global__ void im2col(const float *maps, float *columns, long long n, Window w) {
  int kernel = (int) w.kernel, outHeight = (int) w.outHeight, outWidth = (int) w.outWidth;
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    unsigned int rest = (unsigned int) i;
    int x = rest % outWidth;
    rest /= outWidth;
    int y = rest % outHeight;
    rest /= outHeight;
    int kx = rest % kernel;
    rest /= kernel;
    int ky = rest % kernel;
    long long map = rest / kernel;
    long long row = y * w.stride - w.padding + ky;
    long long column = x * w.stride - w.padding + kx;
    bool isInside = row >= 0 && row < w.height && column >= 0 && column < w.width;
    columns[i] = isInside ? maps[(map * w.height + row) * w.width + column] : 0.0f;
  }
}

// The sums of what the columns have of each pixel: a thread for each pixel.
extern "C" __global__ void col2im(const float *columns, float *maps, long long n, Window w) {
  int kernel = (int) w.kernel, stride = (int) w.stride, padding = (int) w.padding;
  int height = (int) w.height, width = (int) w.width;
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    int column = (int) (i % width) + padding;
    int row = (int) (i / width % height) + padding;
    long long map = i / width / height;
    float sum = 0.0f;
    for (int ky = 0; ky < kernel; ky++) {
      int y = (row - ky) / stride;
      if (row < ky || (row - ky) % stride != 0 || y >= w.outHeight) {
        continue;
      }
      for (int kx = 0; kx < kernel; kx++) {
        int x = (column - kx) / stride;
        if (column < kx || (column - kx) % stride != 0 || x >= w.outWidth) {
          continue;
        }
        sum += columns[(((map * kernel + ky) * kernel + kx) * w.outHeight + y) * w.outWidth + x];
      }
    }
    maps[i] = sum;
  }
}

// Maps [B, C, H, W], weight [C, multiplier, k, k]: a thread for each result.
extern "C" __global__ void depthwise_convolution(
    const float *maps, const float *weight, const float *bias, float *out, long long n, int channels, int multiplier,
    Window w) {
  int kernel = (int) w.kernel;
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    int x = (int) (i % w.outWidth);
    int y = (int) (i / w.outWidth % w.outHeight);
    long long plane = i / w.outWidth / w.outHeight; // [B, C, multiplier]
    int filter = (int) (plane % ((long long) channels * multiplier));
    const float *map = maps + plane / multiplier * w.height * w.width;
    float sum = bias[filter];
    for (int ky = 0; ky < kernel; ky++) {
      long long row = y * w.stride - w.padding + ky;
      if (row < 0 || row >= w.height) {
        continue;
      }
      for (int kx = 0; kx < kernel; kx++) {
        long long column = x * w.stride - w.padding + kx;
        if (column >= 0 && column < w.width) {
          sum += weight[(filter * kernel + ky) * kernel + kx] * map[row * w.width + column];
        }
      }
    }
    out[i] = sum;
  }
}

// A thread for each pixel of the maps.
extern "C" __global__ void depthwise_convolution_bp_maps(
    const float *g, const float *weight, float *byMaps, long long n, int channels, int multiplier, Window w) {
  int kernel = (int) w.kernel, stride = (int) w.stride, padding = (int) w.padding;
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    int column = (int) (i % w.width) + padding;
    int row = (int) (i / w.width % w.height) + padding;
    long long map = i / w.width / w.height; // [B, C]
    int channel = (int) (map % channels);
    float sum = 0.0f;
    for (int m = 0; m < multiplier; m++) {
      const float *upstream = g + (map * multiplier + m) * w.outHeight * w.outWidth;
      const float *filter = weight + (long long) (channel * multiplier + m) * kernel * kernel;
      for (int ky = 0; ky < kernel; ky++) {
        int y = (row - ky) / stride;
        if (row < ky || (row - ky) % stride != 0 || y >= w.outHeight) {
          continue;
        }
        for (int kx = 0; kx < kernel; kx++) {
          int x = (column - kx) / stride;
          if (column >= kx && (column - kx) % stride == 0 && x < w.outWidth) {
            sum += filter[ky * kernel + kx] * upstream[y * w.outWidth + x];
          }
        }
      }
    }
    byMaps[i] = sum;
  }
}

// A block for each weight: x is its place in the filter, y the filter.
extern "C" __global__ void depthwise_convolution_bp_weight(
    const float *g, const float *maps, float *byWeight, int batch, int channels, int multiplier, Window w) {
  int ky = blockIdx.x / (int) w.kernel;
  int kx = blockIdx.x % (int) w.kernel;
  int filter = blockIdx.y;
  int channel = filter / multiplier;
  int pixels = (int) (w.outHeight * w.outWidth);
  float sum = 0.0f;
  for (int b = 0; b < batch; b++) {
    const float *map = maps + ((long long) b * channels + channel) * w.height * w.width;
    const float *upstream = g + ((long long) b * channels * multiplier + filter) * pixels;
    for (int i = threadIdx.x; i < pixels; i += blockDim.x) {
      long long row = i / (int) w.outWidth * w.stride - w.padding + ky;
      long long column = i % (int) w.outWidth * w.stride - w.padding + kx;
      if (row >= 0 && row < w.height && column >= 0 && column < w.width) {
        sum += upstream[i] * map[row * w.width + column];
      }
    }
  }
  sum = blockSum(sum);
  if (threadIdx.x == 0) {
    byWeight[(long long) filter * gridDim.x + blockIdx.x] = sum;
  }
}
