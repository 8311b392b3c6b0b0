package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;

/**
 * The graph's product of matrices, with its gradients as products of their own: only those that are
 * needed run, and ND4J's {@code matmul_bp} is wrong where the result is a single number.
 */
record Product(boolean transposeA, boolean transposeB) implements Operation {

  /** Finds products of as many matrices on both sides. */
  static void fuse(Rewriter graph) {
    for (Node node : graph.nodes()) {
      if (Rewriter.is(node, "matmul") && isPlain(graph, node)) {
        long[] flags = Arrays.copyOf(Rewriter.integers(node), 2);
        graph.replace(List.of(node), node, new Product(flags[0] != 0, flags[1] != 0), node.in());
      }
    }
  }

  private static boolean isPlain(Rewriter graph, Node node) {
    CustomOp op = (CustomOp) ((NativeOperation) node.operation()).op();
    double[] factors = op.tArgs(); // of the product and of what c held before
    long[] a = graph.shape(node.in().getFirst());
    long[] b = graph.shape(node.in().get(1));
    return a != null
        && b != null
        && a.length == b.length
        && a.length > 1
        && Arrays.equals(a, 0, a.length - 2, b, 0, b.length - 2)
        && (factors.length < 2 || (factors[0] == 1 && factors[1] == 0))
        && (op.iArgs().length < 3 || op.iArgs()[2] == 0);
  }

  @Override
  public String name() {
    return "matmul";
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
