package org.sotdl4j.cuda;

/**
 * Products of matrices of floats that lie row by row without gaps: {@code c = a b}, and a bias that
 * is added to each row of c.
 *
 * @param a the left sides, [batch, m, k], or each transposed, [k, m]
 * @param b the right sides, [batch, k, n], or each transposed, [n, k]
 * @param c the results, [batch, m, n]
 * @param bias [n]; 0 for none
 */
record Gemm(Size size, Side a, Side b, long c, long bias) implements Step {

  /** How large the matrices are. */
  record Size(int batch, int m, int n, int k) {}

  /**
   * A side of the products.
   *
   * @param address of the first matrix
   * @param stride floats from a matrix to the next one's; 0 where all products share one
   */
  record Side(long address, boolean transposed, long stride) {}

  /** Floats from a result to the next. */
  long stride() {
    return (long) size.m * size.n;
  }
}
