
// A block for each number.
extern "C" __global__ void lookup(const int *numbers, const float *table, float *out, int rows, int width) {
  int row = numbers[blockIdx.x];
  bool isInside = row >= 0 && row < rows;
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    out[(long long) blockIdx.x * width + i] = isInside ? table[(long long) row * width + i] : 0.0f;
  }
}

// A block for each row of the table, which looks for its numbers in their order.
extern "C" __global__ void lookup_bp(const float *g, const int *numbers, float *byTable, int count, int width) {
  for (int i = threadIdx.x; i < width; i += blockDim.x) {
    byTable[(long long) blockIdx.x * width + i] = 0.0f;
  }
  for (int n = 0; n < count; n++) {
    if (numbers[n] == (int) blockIdx.x) {
      for (int i = threadIdx.x; i < width; i += blockDim.x) {
        byTable[(long long) blockIdx.x * width + i] += g[(long long) n * width + i];
      }
    }
  }
}
