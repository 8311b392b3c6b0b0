
// One of the arrays that a step changes, with its gradient and two moments.
struct Tensor {
  float *parameter;
  const float *gradient;
  float *mean;
  float *square;
  long long length;
  float shrink; // 1 - learning rate * weight decay
  float rate; // the learning rate divided by 1 - beta1^step
};

// AdamW (Loshchilov and Hutter, 2019) on all parameters at once: block y takes tensor y.
extern "C" __global__ void adamw(
    const Tensor *tensors, float beta1, float beta2, float share1, float share2, float eps, float correction) {
  Tensor t = tensors[blockIdx.y];
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < t.length; i += step) {
    float g = t.gradient[i];
    float m = t.mean[i] * beta1 + g * share1;
    float v = t.square[i] * beta2 + g * g * share2;
    t.mean[i] = m;
    t.square[i] = v;
    t.parameter[i] = t.parameter[i] * t.shrink - m * t.rate / (sqrtf(v) / correction + eps);
  }
}
