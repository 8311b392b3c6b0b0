package org.sotdl4j.engine;

import java.util.ArrayList;
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
          DepthwiseConvolution::fuse,
          MaxPool::fuse,
          SumOperation::fuse,
          Slice::fuse,
          Slice.Padding::fuse,
          UnreadRows::skip);

  /** What has no gradient. */
  private static final List<Pass> OF_INFERENCE =
      List.of(RunningNorm::fuse, NormedConvolution::fuse);

  private Passes() {}

  /** What else is done where gradients follow. */
  static List<Pass> ofTraining() {
    return List.of(Patches::fuse);
  }

  /** What else is done where nothing is differentiated. */
  static List<Pass> ofInference() {
    List<Pass> passes = new ArrayList<>(OF_INFERENCE);
    passes.add(Patches::fuse);
    return passes;
  }

  /** What else is done where also the parameters do not change. */
  static List<Pass> frozen() {
    PackedWeights weights = new PackedWeights();
    List<Pass> passes = new ArrayList<>(OF_INFERENCE);
    passes.add(graph -> FrozenPatches.fuse(graph, weights));
    passes.add(graph -> FrozenLinear.fuse(graph, weights));
    return passes;
  }

  /**
   * A graph that computes the same faster, for inputs of these shapes.
   *
   * @param further what is done after the passes
   */
  static Graph apply(Graph graph, Map<String, INDArray> inputs, List<Pass> further) {
    if (!Kernels.enabled()) {
      return graph;
    }
    StaticShapes shapes = new StaticShapes(graph, inputs);
    Rewriter rewriter = new Rewriter(graph, shapes);
    PASSES.forEach(pass -> pass.apply(rewriter));
    further.forEach(pass -> pass.apply(rewriter));
    return new Graph(graph.sources(), rewriter.nodes(), graph.outputs());
  }
}
