// What cuBLASLt does for us, plainly: c = a b + bias, row by row.
#include <stddef.h>

#include <vector>

static void layOut(const float *from, bool transposed, int rows, int columns, std::vector<float> &to) {
  to.resize((size_t) rows * columns);
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < columns; j++) {
      to[(size_t) i * columns + j] = transposed ? from[(size_t) j * rows + i] : from[(size_t) i * columns + j];
    }
  }
}

extern "C" void gemm(int batch, int m, int n, int k, const float *a, int transposeA, long long strideA,
    const float *b, int transposeB, long long strideB, float *c, const float *bias) {
  std::vector<float> left, right;
  for (int g = 0; g < batch; g++) {
    layOut(a + g * strideA, transposeA, m, k, left);
    layOut(b + g * strideB, transposeB, k, n, right);
    float *result = c + (size_t) g * m * n;
    for (int i = 0; i < m; i++) {
      float *row = result + (size_t) i * n;
      for (int j = 0; j < n; j++) {
        row[j] = bias == nullptr ? 0 : bias[j];
      }
      for (int p = 0; p < k; p++) {
        float factor = left[(size_t) i * k + p];
        for (int j = 0; j < n; j++) {
          row[j] += factor * right[(size_t) p * n + j];
        }
      }
    }
  }
}
