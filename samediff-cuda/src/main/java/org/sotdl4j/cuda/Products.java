package org.sotdl4j.cuda;

import java.util.List;
import org.sotdl4j.cuda.Gemm.Side;
import org.sotdl4j.cuda.Gemm.Size;

/** Products of matrices, and linear layers. */
final class Products {

  private Products() {}

  /** Of the last two axes, of which either side may lie transposed. */
  static void product(
      Emitter emitter, Buffer a, boolean transposeA, Buffer b, boolean transposeB, Buffer out) {
    int batch = Math.toIntExact(out.product(0, out.rank() - 2));
    int m = out.size(-2);
    int n = out.size(-1);
    int k = a.size(transposeA ? -2 : -1);
    emitter.add(
        new Gemm(
            new Size(batch, m, n, k),
            new Side(a.address(), transposeA, stride(a)),
            new Side(b.address(), transposeB, stride(b)),
            out.address(),
            0));
  }

  /** Floats from a matrix to the next; one matrix is shared by all products. */
  private static long stride(Buffer side) {
    return side.product(0, side.rank() - 2) == 1 ? 0 : side.product(side.rank() - 2, side.rank());
  }

  /** {@code y = x W' + b} for x [rows, in], W [out, in] and b [out]. */
  static void linear(Emitter emitter, List<Buffer> in, Buffer out) {
    Buffer x = in.getFirst();
    Buffer weight = in.get(1);
    emitter.add(
        new Gemm(
            new Size(1, out.size(0), out.size(1), x.size(1)),
            new Side(x.address(), false, 0),
            new Side(weight.address(), true, 0),
            out.address(),
            in.get(2).address()));
  }
}
