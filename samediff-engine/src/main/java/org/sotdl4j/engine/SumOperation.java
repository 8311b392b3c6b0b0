package org.sotdl4j.engine;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/** The sum of arrays of the same shape, such as the gradients that meet at a variable. */
public record SumOperation() implements Operation {

  /**
   * Finds additions of two activations of the same shape. Their gradient is the upstream one, where
   * ND4J's {@code add_bp} copies it twice and needs both summands, which would be kept for it.
   */
  static void fuse(Rewriter graph) {
    for (Node node : graph.nodes("add")) {
      String x = node.in().getFirst();
      String y = node.in().get(1);
      boolean matches =
          graph.shape(x) != null
              && Arrays.equals(graph.shape(x), graph.shape(y))
              && graph.isFloatActivation(x)
              && graph.isFloatActivation(y);
      if (matches) {
        graph.replace(List.of(node), node, new SumOperation(), node.in());
      }
    }
  }

  @Override
  public String name() {
    return "sum";
  }

  @Override
  public Binding bind(List<INDArray> in) {
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(
            LongShapeDescriptor.fromShape(in.getFirst().shape(), in.getFirst().dataType()));
      }

      @Override
      public Step step(List<INDArray> out) {
        return sum(in, out.getFirst());
      }

      @Override
      public boolean isInPlace(int input) {
        return input == 0;
      }
    };
  }

  private static Step sum(List<INDArray> in, INDArray out) {
    Optional<Floats> target = Kernels.enabled() ? Floats.of(out) : Optional.empty();
    List<Floats> parts = in.stream().map(Floats::of).flatMap(Optional::stream).toList();
    if (target.isEmpty() || parts.size() < in.size()) {
      return () -> {
        out.assign(in.getFirst());
        in.subList(1, in.size()).forEach(out::addi);
      };
    }
    Elementwise e = new Elementwise(new Broadcast(1, out.length(), 1));
    // Three at a time, the sum so far among them.
    Stream.Builder<Step> steps = Stream.builder();
    Operand sum = e.operand(parts.getFirst());
    for (int i = 1; i < parts.size(); i += 2) {
      boolean three = i + 1 < parts.size();
      steps.add(
          e.map(
              three ? Functions.ADD_THREE : Functions.ADD,
              sum,
              e.operand(parts.get(i)),
              three ? e.operand(parts.get(i + 1)) : Operand.NONE,
              target.get().address()));
      sum = e.operand(target.get());
    }
    List<Step> all = steps.build().toList();
    return () -> all.forEach(Step::run);
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    return Collections.nCopies(node.in().size(), upstream.getFirst());
  }
}
