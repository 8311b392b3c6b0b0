package org.sotdl4j.cuda;

/** Writes the kernels that apply a {@link Function} to arrays, or add up its values. */
final class Generator {

  /** Over arrays of the same length. */
  static final String MAP = "map";

  /** Over arrays that are spread over a box of indices. */
  static final String SPREAD = "spread";

  /** Sums over some axes: a block of threads for each result. */
  static final String SUM = "sum";

  /** Sums of parts of the rows of a matrix: a thread for each column. */
  static final String COLUMNS = "columns";

  private static final String FUNCTION =
      """

      __device__ inline float NAME(float x, float y, float z, float a, float b) {
        return EXPRESSION;
      }

      extern "C" __global__ void NAME_map(
          const float *x, const float *y, const float *z, float a, float b, float *out, long long n) {
        long long step = (long long) gridDim.x * blockDim.x;
        for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
          out[i] = NAME(x[i], y == 0 ? 0.0f : y[i], z == 0 ? 0.0f : z[i], a, b);
        }
      }

      extern "C" __global__ void NAME_spread(
          const float *x, const float *y, const float *z, float a, float b, float *out, long long n, Axes axes) {
        long long step = (long long) gridDim.x * blockDim.x;
        for (long long i = (long long) blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
          Offsets at = offsets(axes, (unsigned int) i);
          out[i] = NAME(x[at.x], y == 0 ? 0.0f : y[at.y], z == 0 ? 0.0f : z[at.z], a, b);
        }
      }
      """;

  private static final String SUMS =
      """

      extern "C" __global__ void NAME_sum(
          const float *x, const float *y, const float *z, float a, float b, float *out, float factor,
          long long n, Axes kept, Axes summed) {
        Offsets first = offsets(kept, blockIdx.x);
        float sum = 0.0f;
        for (long long i = threadIdx.x; i < n; i += blockDim.x) {
          Offsets at = offsets(summed, (unsigned int) i);
          sum += NAME(
              x[first.x + at.x],
              y == 0 ? 0.0f : y[first.y + at.y],
              z == 0 ? 0.0f : z[first.z + at.z],
              a, b);
        }
        sum = blockSum(sum);
        if (threadIdx.x == 0) {
          out[blockIdx.x] = sum * factor;
        }
      }

      // Block y adds up the rows from y * rows on; out is [blocks, columns].
      extern "C" __global__ void NAME_columns(
          const float *x, const float *y, const float *z, float a, float b, float *out, float factor,
          long long height, int columns, int rows, Axes row, Axes column) {
        int c = blockIdx.x * blockDim.x + threadIdx.x;
        if (c >= columns) {
          return;
        }
        Offsets side = offsets(column, c);
        long long first = (long long) blockIdx.y * rows;
        long long end = first + rows < height ? first + rows : height;
        float sum = 0.0f;
        for (long long i = first; i < end; i++) {
          Offsets at = offsets(row, (unsigned int) i);
          sum += NAME(
              x[side.x + at.x],
              y == 0 ? 0.0f : y[side.y + at.y],
              z == 0 ? 0.0f : z[side.z + at.z],
              a, b);
        }
        out[(long long) blockIdx.y * columns + c] = sum * factor;
      }
      """;

  private Generator() {}

  /** The kernels of all functions. */
  static String source() {
    StringBuilder text = new StringBuilder();
    for (Function function : Function.values()) {
      String kernels = function.isSummed() ? FUNCTION + SUMS : FUNCTION;
      String name = function.kernel("");
      text.append(
          kernels
              .replace("NAME_", name)
              .replace("NAME", "f_" + name)
              .replace("EXPRESSION", function.expression()));
    }
    return text.toString();
  }
}
