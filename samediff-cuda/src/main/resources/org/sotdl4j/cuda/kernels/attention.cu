
// Projections [B, N, 3, heads, width], results [B, queries, heads, width], statistics [B, heads, 2, queries]: the
// largest score of a query and the sum of its weights. Blocks: x is a tile of T queries or keys, y the head, z the
// picture. Eight threads share a row of the tile, and each takes every eighth column of up to D.
struct Sizes {
  long long tokens;
  long long heads;
  long long width;
  long long first;
  long long queries;
};

#define LANES 8

// Less than any score: NVRTC has no name for infinity.
#define NOTHING -3.0e38f

// Rows of floats into a tile, with zeros around.
template <int D, int T>
__device__ inline void load(float (*tile)[D + 1], const float *from, long long stride, long long rows, int width,
    float scale) {
  for (int i = threadIdx.x; i < T * D; i += blockDim.x) {
    int row = i / D;
    int column = i % D;
    tile[row][column] = row < rows && column < width ? from[row * stride + column] * scale : 0.0f;
  }
}

template <int D>
__device__ inline float dot(const float *a, const float *b) {
  float sum = 0.0f;
#pragma unroll 8
  for (int c = 0; c < D; c++) {
    sum += a[c] * b[c];
  }
  return sum;
}

__device__ inline float laneSum(float value) {
  for (int other = LANES / 2; other > 0; other /= 2) {
    value += __shfl_xor_sync(0xffffffffu, value, other);
  }
  return value;
}

__device__ inline float laneMax(float value) {
  for (int other = LANES / 2; other > 0; other /= 2) {
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, other));
  }
  return value;
}

// Where a token's queries (part 0), keys (1) or values (2) of the block's head begin.
__device__ inline long long part(const Sizes &s, int part, long long token) {
  return (((blockIdx.z * s.tokens + token) * 3 + part) * s.heads + blockIdx.y) * s.width;
}

// The same for a query in the results.
__device__ inline long long joined(const Sizes &s, long long query) {
  return ((blockIdx.z * s.queries + query) * s.heads + blockIdx.y) * s.width;
}

// Where the block's head has its statistics of a kind.
__device__ inline long long statistic(const Sizes &s, int kind) {
  return ((blockIdx.z * s.heads + blockIdx.y) * 2 + kind) * s.queries;
}

template <int D, int T>
__device__ void forward(const float *qkv, float *y, float *statistics, const Sizes &s, float scale) {
  __shared__ float q[T][D + 1];
  __shared__ float k[T][D + 1];
  __shared__ float v[T][D + 1];
  __shared__ float p[T][T + 1];
  int width = (int) s.width;
  int row = threadIdx.x / LANES;
  int lane = threadIdx.x % LANES;
  long long begin = (long long) blockIdx.x * T;
  long long perToken = 3 * s.heads * s.width;
  load<D, T>(q, qkv + part(s, 0, s.first + begin), perToken, s.queries - begin, width, scale);
  float result[D / LANES];
#pragma unroll
  for (int j = 0; j < D / LANES; j++) {
    result[j] = 0.0f;
  }
  float largest = NOTHING;
  float sum = 0.0f;
  for (long long key = 0; key < s.tokens; key += T) {
    __syncthreads();
    load<D, T>(k, qkv + part(s, 1, key), perToken, s.tokens - key, width, 1.0f);
    load<D, T>(v, qkv + part(s, 2, key), perToken, s.tokens - key, width, 1.0f);
    __syncthreads();
    float best = NOTHING;
    for (int i = lane; i < T; i += LANES) {
      p[row][i] = key + i < s.tokens ? dot<D>(q[row], k[i]) : NOTHING;
      best = fmaxf(best, p[row][i]);
    }
    best = fmaxf(largest, laneMax(best));
    float factor = expf(largest - best);
    float weights = 0.0f;
    for (int i = lane; i < T; i += LANES) {
      p[row][i] = expf(p[row][i] - best);
      weights += p[row][i];
    }
    sum = sum * factor + laneSum(weights);
    largest = best;
    __syncwarp();
#pragma unroll
    for (int j = 0; j < D / LANES; j++) {
      result[j] *= factor;
    }
    for (int i = 0; i < T; i++) {
#pragma unroll
      for (int j = 0; j < D / LANES; j++) {
        result[j] += p[row][i] * v[i][lane + j * LANES];
      }
    }
  }
  long long query = begin + row;
  if (query >= s.queries) {
    return;
  }
#pragma unroll
  for (int j = 0; j < D / LANES; j++) {
    if (lane + j * LANES < width) {
      y[joined(s, query) + lane + j * LANES] = result[j] / sum;
    }
  }
  if (lane == 0) {
    statistics[statistic(s, 0) + query] = largest;
    statistics[statistic(s, 1) + query] = sum;
  }
}

// Gradients by the queries, and for the next kernel the mean of each query's upstream gradient over its weights, [B,
// heads, queries], which is g y.
template <int D, int T>
__device__ void backwardQueries(const float *g, const float *qkv, const float *statistics, const float *y,
    float *means, float *byQkv, const Sizes &s, float scale) {
  __shared__ float q[T][D + 1];
  __shared__ float u[T][D + 1];
  __shared__ float k[T][D + 1];
  __shared__ float v[T][D + 1];
  __shared__ float d[T][T + 1];
  int width = (int) s.width;
  int row = threadIdx.x / LANES;
  int lane = threadIdx.x % LANES;
  long long begin = (long long) blockIdx.x * T;
  long long query = begin + row;
  bool isQuery = query < s.queries;
  long long perToken = 3 * s.heads * s.width;
  load<D, T>(q, qkv + part(s, 0, s.first + begin), perToken, s.queries - begin, width, scale);
  load<D, T>(u, g + joined(s, begin), s.heads * s.width, s.queries - begin, width, 1.0f);
  __syncthreads();
  float mean = 0.0f;
  for (int c = lane; isQuery && c < width; c += LANES) {
    mean += u[row][c] * y[joined(s, query) + c];
  }
  mean = laneSum(mean);
  float largest = isQuery ? statistics[statistic(s, 0) + query] : 0.0f;
  float sum = isQuery ? statistics[statistic(s, 1) + query] : 1.0f;
  float result[D / LANES];
#pragma unroll
  for (int j = 0; j < D / LANES; j++) {
    result[j] = 0.0f;
  }
  for (long long key = 0; key < s.tokens; key += T) {
    __syncthreads();
    load<D, T>(k, qkv + part(s, 1, key), perToken, s.tokens - key, width, 1.0f);
    load<D, T>(v, qkv + part(s, 2, key), perToken, s.tokens - key, width, 1.0f);
    __syncthreads();
    for (int i = lane; i < T; i += LANES) {
      float weight = key + i < s.tokens ? expf(dot<D>(q[row], k[i]) - largest) / sum : 0.0f;
      d[row][i] = weight * (dot<D>(u[row], v[i]) - mean);
    }
    __syncwarp();
    for (int i = 0; i < T; i++) {
#pragma unroll
      for (int j = 0; j < D / LANES; j++) {
        result[j] += d[row][i] * k[i][lane + j * LANES];
      }
    }
  }
  if (!isQuery) {
    return;
  }
#pragma unroll
  for (int j = 0; j < D / LANES; j++) {
    if (lane + j * LANES < width) {
      byQkv[part(s, 0, s.first + query) + lane + j * LANES] = result[j] * scale;
    }
  }
  if (lane == 0) {
    means[(blockIdx.z * s.heads + blockIdx.y) * s.queries + query] = mean;
  }
}

// Gradients by the keys and values.
template <int D, int T>
__device__ void backwardKeys(const float *g, const float *qkv, const float *statistics, const float *means,
    float *byQkv, const Sizes &s, float scale) {
  __shared__ float q[T][D + 1];
  __shared__ float u[T][D + 1];
  __shared__ float k[T][D + 1];
  __shared__ float v[T][D + 1];
  __shared__ float p[T][T + 1];
  __shared__ float d[T][T + 1];
  int width = (int) s.width;
  int row = threadIdx.x / LANES;
  int lane = threadIdx.x % LANES;
  long long begin = (long long) blockIdx.x * T;
  long long perToken = 3 * s.heads * s.width;
  load<D, T>(k, qkv + part(s, 1, begin), perToken, s.tokens - begin, width, 1.0f);
  load<D, T>(v, qkv + part(s, 2, begin), perToken, s.tokens - begin, width, 1.0f);
  float byKey[D / LANES];
  float byValue[D / LANES];
#pragma unroll
  for (int j = 0; j < D / LANES; j++) {
    byKey[j] = 0.0f;
    byValue[j] = 0.0f;
  }
  for (long long query = 0; query < s.queries; query += T) {
    __syncthreads();
    load<D, T>(q, qkv + part(s, 0, s.first + query), perToken, s.queries - query, width, scale);
    load<D, T>(u, g + joined(s, query), s.heads * s.width, s.queries - query, width, 1.0f);
    __syncthreads();
    for (int i = lane; i < T; i += LANES) {
      bool isQuery = query + i < s.queries;
      float weight = 0.0f;
      float mean = 0.0f;
      if (isQuery) {
        float largest = statistics[statistic(s, 0) + query + i];
        weight = expf(dot<D>(q[i], k[row]) - largest) / statistics[statistic(s, 1) + query + i];
        mean = means[(blockIdx.z * s.heads + blockIdx.y) * s.queries + query + i];
      }
      p[row][i] = weight;
      d[row][i] = weight * (dot<D>(u[i], v[row]) - mean);
    }
    __syncwarp();
    for (int i = 0; i < T; i++) {
#pragma unroll
      for (int j = 0; j < D / LANES; j++) {
        byKey[j] += d[row][i] * q[i][lane + j * LANES];
        byValue[j] += p[row][i] * u[i][lane + j * LANES];
      }
    }
  }
  long long key = begin + row;
#pragma unroll
  for (int j = 0; j < D / LANES; j++) {
    if (key < s.tokens && lane + j * LANES < width) {
      byQkv[part(s, 1, key) + lane + j * LANES] = byKey[j];
      byQkv[part(s, 2, key) + lane + j * LANES] = byValue[j];
    }
  }
}

extern "C" __global__ void attention_64(const float *qkv, float *y, float *statistics, Sizes s, float scale) {
  forward<64, 32>(qkv, y, statistics, s, scale);
}

extern "C" __global__ void attention_128(const float *qkv, float *y, float *statistics, Sizes s, float scale) {
  forward<128, 16>(qkv, y, statistics, s, scale);
}

extern "C" __global__ void attention_bp_queries_64(const float *g, const float *qkv, const float *statistics,
    const float *y, float *means, float *byQkv, Sizes s, float scale) {
  backwardQueries<64, 32>(g, qkv, statistics, y, means, byQkv, s, scale);
}

extern "C" __global__ void attention_bp_queries_128(const float *g, const float *qkv, const float *statistics,
    const float *y, float *means, float *byQkv, Sizes s, float scale) {
  backwardQueries<128, 16>(g, qkv, statistics, y, means, byQkv, s, scale);
}

extern "C" __global__ void attention_bp_keys_64(const float *g, const float *qkv, const float *statistics,
    const float *means, float *byQkv, Sizes s, float scale) {
  backwardKeys<64, 32>(g, qkv, statistics, means, byQkv, s, scale);
}

extern "C" __global__ void attention_bp_keys_128(const float *g, const float *qkv, const float *statistics,
    const float *means, float *byQkv, Sizes s, float scale) {
  backwardKeys<128, 16>(g, qkv, statistics, means, byQkv, s, scale);
}
