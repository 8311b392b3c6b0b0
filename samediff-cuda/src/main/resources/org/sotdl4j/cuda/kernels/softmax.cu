
// The largest of a row, for all threads of a block.
__device__ inline float rowMax(const float *row, int width) {
  float largest = row[0];
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    largest = fmaxf(largest, row[i]);
  }
  return blockMax(largest);
}

__device__ inline float rowSum(const float *row, int width, float largest) {
  float sum = 0.0f;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    sum += expf(row[i] - largest);
  }
  return blockSum(sum);
}

// All kernels: a block for each row.
extern "C" __global__ void softmax(const float *x, float *y, int width) {
  const float *row = x + (long long) blockIdx.x * width;
  float largest = rowMax(row, width);
  float sum = rowSum(row, width, largest);
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    y[(long long) blockIdx.x * width + i] = expf(row[i] - largest) / sum;
  }
}

// p (g - sum(p g)), with p the softmax of x.
extern "C" __global__ void softmax_bp(const float *x, const float *g, float *byX, int width) {
  const float *row = x + (long long) blockIdx.x * width;
  const float *upstream = g + (long long) blockIdx.x * width;
  float largest = rowMax(row, width);
  float sum = rowSum(row, width, largest);
  float product = 0.0f;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    product += expf(row[i] - largest) / sum * upstream[i];
  }
  product = blockSum(product);
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    byX[(long long) blockIdx.x * width + i] = expf(row[i] - largest) / sum * (upstream[i] - product);
  }
}

extern "C" __global__ void log_softmax(const float *x, float *y, int width) {
  const float *row = x + (long long) blockIdx.x * width;
  float largest = rowMax(row, width);
  float logarithm = logf(rowSum(row, width, largest));
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    y[(long long) blockIdx.x * width + i] = row[i] - largest - logarithm;
  }
}

// g - p sum(g), with p the softmax of x.
extern "C" __global__ void log_softmax_bp(const float *x, const float *g, float *byX, int width) {
  const float *row = x + (long long) blockIdx.x * width;
  const float *upstream = g + (long long) blockIdx.x * width;
  float largest = rowMax(row, width);
  float sum = rowSum(row, width, largest);
  float total = 0.0f;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    total += upstream[i];
  }
  total = blockSum(total);
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    byX[(long long) blockIdx.x * width + i] = upstream[i] - expf(row[i] - largest) / sum * total;
  }
}
