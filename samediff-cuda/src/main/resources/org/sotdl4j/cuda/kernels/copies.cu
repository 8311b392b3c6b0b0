
extern "C" __global__ void strided_copy(const float *from, float *to, long long n, Axes axes) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    Offsets at = offsets(axes, (unsigned int) i);
    to[at.y] = from[at.x];
  }
}
