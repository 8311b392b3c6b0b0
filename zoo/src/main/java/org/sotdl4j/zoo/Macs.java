package org.sotdl4j.zoo;

import java.util.Arrays;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.DeConv2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.DepthwiseConv2D;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.api.ops.impl.shape.OneHot;
import org.nd4j.linalg.api.ops.impl.shape.Reshape;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.MulOp;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;

/**
 * Multiply-adds of one picture or text, counted from the graph.
 *
 * @param total of all products: linear, convolution, attention, pooling
 * @param linearAndConvolution without products of two activations, as the SoT paper counts
 */
public record Macs(long total, long linearAndConvolution) {

  static final Macs NONE = new Macs(0, 0);

  /** Counts a model's evaluation graph; nothing is computed. */
  public static Macs of(Architecture model) {
    try (Parameters parameters = Parameters.shapesOnly()) {
      Graph graph = Graph.create(parameters, Phase.EVAL);
      model.describe(graph);
      return of(graph);
    }
  }

  /** Counts an evaluation graph. */
  public static Macs of(Graph graph) {
    return Arrays.stream(graph.sameDiff().ops()).map(op -> of(graph, op)).reduce(NONE, Macs::plus);
  }

  /** Counts one op of an evaluation graph. */
  static Macs of(Graph graph, DifferentialFunction op) {
    long macs =
        switch (op) {
          case Mmul product when isLookup(graph, product) -> 0;
          case Mmul product -> product(graph, product);
          // Kernels are [y, x, in, out], [y, x, in, multiplier] and [y, x, out, in].
          case Conv2D _ -> outputSize(graph, op) * kernelSize(graph, op, 3);
          case DepthwiseConv2D _ -> outputSize(graph, op) * kernelSize(graph, op, 2);
          case DeConv2D _ -> size(graph.shapes().of(op.arg(0))) * kernelSize(graph, op, 3);
          case MulOp scaling when isConvolution(graph, scaling) -> outputSize(graph, op);
          default -> 0;
        };
    boolean ofActivations = op instanceof Mmul product && !isParameter(product.arg(1));
    return new Macs(macs, ofActivations ? 0 : macs);
  }

  Macs plus(Macs other) {
    return new Macs(total + other.total, linearAndConvolution + other.linearAndConvolution);
  }

  /** Whether a product with one-hot rows stands for looking up rows of a table. */
  private static boolean isLookup(Graph graph, Mmul product) {
    DifferentialFunction rows = graph.sameDiff().getVariableOutputOp(product.arg(0).name());
    return rows instanceof Reshape
        && graph.sameDiff().getVariableOutputOp(rows.arg(0).name()) instanceof OneHot;
  }

  private static long product(Graph graph, Mmul product) {
    long[] left = graph.shapes().of(product.arg(0));
    boolean transposed = product.getIArgument(0) == 1;
    long inner = left[left.length - (transposed ? 2 : 1)];
    return outputSize(graph, product) * inner;
  }

  private static long outputSize(Graph graph, DifferentialFunction op) {
    return size(graph.shapes().of(op.outputVariable()));
  }

  /** The product of the first axes of a convolution's kernel. */
  private static long kernelSize(Graph graph, DifferentialFunction op, int axes) {
    return size(Arrays.copyOf(graph.shapes().of(op.arg(1)), axes));
  }

  /**
   * Whether a product of elements is what PyTorch counts as a convolution: of one token and a group
   * a channel, with the weight [C, 1, 1] of a {@code Conv1d}.
   */
  private static boolean isConvolution(Graph graph, MulOp scaling) {
    DifferentialFunction op = graph.sameDiff().getVariableOutputOp(scaling.arg(1).name());
    if (!(op instanceof Reshape reshape) || !isParameter(reshape.arg(0))) {
      return false;
    }
    long[] shape = graph.shapes().of(reshape.arg(0));
    return shape.length == 3 && shape[1] == 1 && shape[2] == 1;
  }

  private static boolean isParameter(SDVariable variable) {
    return variable.getVariableType() == VariableType.VARIABLE;
  }

  private static long size(long[] shape) {
    long size = 1;
    for (long n : shape) {
      size *= n;
    }
    return size;
  }
}
