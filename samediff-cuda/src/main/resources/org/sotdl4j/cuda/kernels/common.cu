// What all units begin with. Kernels take pointers to floats, int, long long, float and the structures here.

// A box of indices, axes from the innermost out, and how three arrays lie in it.
struct Axes {
  long long rank;
  long long length[6];
  long long x[6];
  long long y[6];
  long long z[6];
};

struct Offsets {
  long long x;
  long long y;
  long long z;
};

// Where the elements of an index lie.
__device__ inline Offsets offsets(const Axes &axes, unsigned int index) {
  Offsets at = {0, 0, 0};
  for (int i = 0; i < (int) axes.rank; i++) {
    unsigned int length = (unsigned int) axes.length[i];
    unsigned int outer = index / length;
    long long inner = index - outer * length;
    at.x += inner * axes.x[i];
    at.y += inner * axes.y[i];
    at.z += inner * axes.z[i];
    index = outer;
  }
  return at;
}

// A square window over maps of a height and width, placed at outHeight x outWidth places.
struct Window {
  long long kernel;
  long long stride;
  long long padding;
  long long height;
  long long width;
  long long outHeight;
  long long outWidth;
};

__device__ inline float warpSum(float value) {
  for (int other = 16; other > 0; other /= 2) {
    value += __shfl_xor_sync(0xffffffffu, value, other);
  }
  return value;
}

__device__ inline float warpMax(float value) {
  for (int other = 16; other > 0; other /= 2) {
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, other));
  }
  return value;
}

// The sum over the threads of a block of whole warps, in each of them.
__device__ inline float blockSum(float value) {
  __shared__ float parts[32];
  int warps = blockDim.x / 32;
  value = warpSum(value);
  __syncthreads(); // the parts of the sum before are read
  if (threadIdx.x % 32 == 0) {
    parts[threadIdx.x / 32] = value;
  }
  __syncthreads();
  return warpSum(threadIdx.x % 32 < warps ? parts[threadIdx.x % 32] : 0.0f);
}

// The maximum, likewise.
__device__ inline float blockMax(float value) {
  __shared__ float parts[32];
  int warps = blockDim.x / 32;
  value = warpMax(value);
  __syncthreads();
  if (threadIdx.x % 32 == 0) {
    parts[threadIdx.x / 32] = value;
  }
  __syncthreads();
  return warpMax(threadIdx.x % 32 < warps ? parts[threadIdx.x % 32] : parts[0]);
}
