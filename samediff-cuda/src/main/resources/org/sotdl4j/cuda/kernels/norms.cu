
// A block for each row.
extern "C" __global__ void layer_norm(
    const float *x, const float *weight, const float *bias, float *y, float *mean, float *rstd, int width, float eps) {
  long long row = (long long) blockIdx.x * width;
  float sum = 0.0f;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    sum += x[row + i];
  }
  float m = blockSum(sum) / width;
  float squares = 0.0f;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    float centred = x[row + i] - m;
    squares += centred * centred;
  }
  float r = 1.0f / sqrtf(blockSum(squares) / width + eps);
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    y[row + i] = (x[row + i] - m) * r * weight[i] + bias[i];
  }
  if (threadIdx.x == 0) {
    mean[blockIdx.x] = m;
    rstd[blockIdx.x] = r;
  }
}

// With n the normalised x and h = g * weight: r (h - mean(h) - n mean(h n)). A block for each row.
extern "C" __global__ void layer_norm_bp(
    const float *g, const float *x, const float *weight, const float *mean, const float *rstd, float *byX, int width) {
  long long row = (long long) blockIdx.x * width;
  float m = mean[blockIdx.x];
  float r = rstd[blockIdx.x];
  float sum = 0.0f;
  float product = 0.0f;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    float h = g[row + i] * weight[i];
    sum += h;
    product += h * (x[row + i] - m) * r;
  }
  sum = blockSum(sum) / width;
  product = blockSum(product) / width;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    float h = g[row + i] * weight[i];
    byX[row + i] = (h - sum - (x[row + i] - m) * r * product) * r;
  }
}

// Block y adds up its rows' contributions to the gradients of weight and bias, [blocks, width] each.
extern "C" __global__ void layer_norm_bp_parameters(
    const float *g, const float *x, const float *mean, const float *rstd, float *byWeight, float *byBias,
    int height, int width, int rows) {
  int c = blockIdx.x * blockDim.x + threadIdx.x;
  if (c >= width) {
    return;
  }
  int first = blockIdx.y * rows;
  int end = first + rows < height ? first + rows : height;
  float weights = 0.0f;
  float biases = 0.0f;
  for (int row = first; row < end; row++) {
    long long at = (long long) row * width + c;
    weights += g[at] * (x[at] - mean[row]) * rstd[row];
    biases += g[at];
  }
  byWeight[(long long) blockIdx.y * width + c] = weights;
  byBias[(long long) blockIdx.y * width + c] = biases;
}

// Maps [batch, channels, pixels]; a block for each channel.
extern "C" __global__ void batch_norm(
    const float *x, const float *weight, const float *bias, float *y, float *mean, float *variance,
    int batch, int pixels, float eps) {
  int channel = blockIdx.x;
  long long next = (long long) gridDim.x * pixels;
  float count = (float) batch * pixels;
  float sum = 0.0f;
  for (int b = 0; b < batch; b++) {
    const float *map = x + b * next + (long long) channel * pixels;
    for (int i = threadIdx.x; i < pixels; i += blockDim.x) {
      sum += map[i];
    }
  }
  float m = blockSum(sum) / count;
  float squares = 0.0f;
  for (int b = 0; b < batch; b++) {
    const float *map = x + b * next + (long long) channel * pixels;
    for (int i = threadIdx.x; i < pixels; i += blockDim.x) {
      squares += (map[i] - m) * (map[i] - m);
    }
  }
  float v = blockSum(squares) / count;
  float scale = weight[channel] / sqrtf(v + eps);
  for (int b = 0; b < batch; b++) {
    long long map = b * next + (long long) channel * pixels;
    for (int i = threadIdx.x; i < pixels; i += blockDim.x) {
      y[map + i] = (x[map + i] - m) * scale + bias[channel];
    }
  }
  if (threadIdx.x == 0) {
    mean[channel] = m;
    variance[channel] = v;
  }
}

// With n the normalised x: weight / sqrt(variance + eps) (g - mean(g) - n mean(g n)). A block for each channel.
extern "C" __global__ void batch_norm_bp(
    const float *g, const float *x, const float *weight, const float *mean, const float *variance,
    float *byX, float *byWeight, float *byBias, int batch, int pixels, float eps) {
  int channel = blockIdx.x;
  long long next = (long long) gridDim.x * pixels;
  float count = (float) batch * pixels;
  float m = mean[channel];
  float r = 1.0f / sqrtf(variance[channel] + eps);
  float sum = 0.0f;
  float product = 0.0f;
  for (int b = 0; b < batch; b++) {
    long long map = b * next + (long long) channel * pixels;
    for (int i = threadIdx.x; i < pixels; i += blockDim.x) {
      sum += g[map + i];
      product += g[map + i] * (x[map + i] - m) * r;
    }
  }
  sum = blockSum(sum);
  product = blockSum(product);
  if (threadIdx.x == 0) {
    byBias[channel] = sum;
    byWeight[channel] = product;
  }
  float scale = weight[channel] * r;
  for (int b = 0; b < batch; b++) {
    long long map = b * next + (long long) channel * pixels;
    for (int i = threadIdx.x; i < pixels; i += blockDim.x) {
      byX[map + i] = (g[map + i] - sum / count - (x[map + i] - m) * r * (product / count)) * scale;
    }
  }
}

// A block for each map: x is the channel, y the picture.
extern "C" __global__ void running_norm(
    const float *x, const float *mean, const float *variance, const float *weight, const float *bias, float *y,
    int pixels, float eps) {
  int channel = blockIdx.x;
  long long map = ((long long) blockIdx.y * gridDim.x + channel) * pixels;
  float scale = weight[channel] / sqrtf(variance[channel] + eps);
  for (int i = threadIdx.x; i < pixels; i += blockDim.x) {
    y[map + i] = (x[map + i] - mean[channel]) * scale + bias[channel];
  }
}
