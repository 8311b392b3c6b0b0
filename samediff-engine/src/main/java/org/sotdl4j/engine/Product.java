package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;

/**
 * The graph's product of matrices, with its gradients as products of their own: only those that are
 * needed run, and ND4J's {@code matmul_bp} is wrong where the result is a single number.
 */
public record Product(boolean transposeA, boolean transposeB) implements Operation {

  /** Finds products of as many matrices on both sides. */
  static void fuse(Rewriter graph) {
    for (Node node : graph.nodes("matmul")) {
      long[] a = graph.shape(node.in().getFirst());
      long[] b = graph.shape(node.in().get(1));
      boolean matches =
          a != null
              && b != null
              && a.length == b.length
              && a.length > 1
              && Arrays.equals(a, 0, a.length - 2, b, 0, b.length - 2);
      if (matches) {
        of(node).ifPresent(product -> graph.replace(List.of(node), node, product, node.in()));
      }
    }
  }

  /** The op {@code matmul} if it does nothing but multiply. */
  static Optional<Product> of(Node matmul) {
    CustomOp op = (CustomOp) ((NativeOperation) matmul.operation()).op();
    double[] factors = op.tArgs(); // of the product and of what c held before
    long[] transposed = Arrays.copyOf(op.iArgs(), 3);
    boolean plain =
        (factors.length < 2 || (factors[0] == 1 && factors[1] == 0)) && transposed[2] == 0;
    return plain
        ? Optional.of(new Product(transposed[0] != 0, transposed[1] != 0))
        : Optional.empty();
  }

  /** Whether a node is this product. */
  boolean is(Node matmul) {
    return of(matmul).equals(Optional.of(this));
  }

  @Override
  public String name() {
    return "matmul";
  }

  @Override
  public long work(List<INDArray> in, List<INDArray> out) {
    return 2 * out.getFirst().length() * in.getFirst().size(transposeA ? -2 : -1);
  }

  @Override
  public Binding bind(List<INDArray> in) {
    return NativeOperation.matmul(transposeA, transposeB).bind(in);
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    String a = node.in().getFirst();
    String b = node.in().get(1);
    String g = upstream.getFirst();
    List<String> gradients = new ArrayList<>();
    gradients.add(
        !tape.needs(a)
            ? null
            : transposeA
                ? product(tape, transposeB, true, b, g)
                : product(tape, false, !transposeB, g, b));
    gradients.add(
        !tape.needs(b)
            ? null
            : transposeB
                ? product(tape, true, transposeA, g, a)
                : product(tape, !transposeA, false, a, g));
    return gradients;
  }

  private static String product(
      Tape tape, boolean transposeA, boolean transposeB, String a, String b) {
    return tape.add(new Product(transposeA, transposeB), List.of(a, b), 1).getFirst();
  }
}
