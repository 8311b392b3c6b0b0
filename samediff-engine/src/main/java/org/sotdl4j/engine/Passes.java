package org.sotdl4j.engine;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The passes in the order in which they run. */
final class Passes {

  private static final List<Pass> PASSES =
      List.of(
          Lookup::fuse,
          Gelu::fuse,
          LayerNorm::fuse,
          BatchNorm::fuse,
          Attention::fuse,
          Linear::fuse,
          Product::fuse,
          Convolution::fuse,
          SumOperation::fuse,
          Slice::fuse,
          Slice.Padding::fuse,
          UnreadRows::skip);

  private Passes() {}

  /** A graph that computes the same faster, for inputs of these shapes. */
  static Graph apply(Graph graph, Map<String, INDArray> inputs) {
    if (!Kernels.enabled()) {
      return graph;
    }
    StaticShapes shapes = new StaticShapes(graph, inputs);
    Rewriter rewriter = new Rewriter(graph, shapes);
    PASSES.forEach(pass -> pass.apply(rewriter));
    return new Graph(graph.sources(), rewriter.nodes(), graph.outputs());
  }
}
