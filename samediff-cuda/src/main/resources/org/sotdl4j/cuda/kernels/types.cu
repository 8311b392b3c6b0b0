
extern "C" __global__ void is_greater(const float *x, float a, unsigned char *out, long long n) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    out[i] = x[i] > a;
  }
}

extern "C" __global__ void is_less(const float *x, float a, unsigned char *out, long long n) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    out[i] = x[i] < a;
  }
}

extern "C" __global__ void cast_bool(const unsigned char *x, float *out, long long n) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    out[i] = x[i] ? 1.0f : 0.0f;
  }
}

extern "C" __global__ void cast_int(const int *x, float *out, long long n) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    out[i] = (float) x[i];
  }
}

extern "C" __global__ void cast_long(const long long *x, float *out, long long n) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    out[i] = (float) x[i];
  }
}
