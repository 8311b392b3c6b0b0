
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

extern "C" __global__ void is_equal(const float *x, float a, unsigned char *out, long long n) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    out[i] = x[i] == a;
  }
}

extern "C" __global__ void is_other_int(const int *x, float a, unsigned char *out, long long n) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    out[i] = x[i] != (int) a;
  }
}

// Rows of "off" with "on" at a number's place; a thread for each element.
extern "C" __global__ void one_hot(const int *numbers, float *out, long long n, int depth, float on, float off) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    out[i] = numbers[i / depth] == (int) (i % depth) ? on : off;
  }
}

extern "C" __global__ void cast_to_int(const float *x, int *out, long long n) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
    out[i] = (int) x[i];
  }
}

// Sums of each row so far, from its end if "reverse"; a thread for each row.
extern "C" __global__ void cumulative_sum(const float *x, float *out, long long rows, int width, int reverse) {
  long long step = (long long) gridDim.x * blockDim.x;
  for (long long row = (long long) blockIdx.x * blockDim.x + threadIdx.x; row < rows; row += step) {
    float sum = 0.0f;
    for (int i = 0; i < width; i++) {
      long long at = row * width + (reverse ? width - 1 - i : i);
      sum += x[at];
      out[at] = sum;
    }
  }
}
