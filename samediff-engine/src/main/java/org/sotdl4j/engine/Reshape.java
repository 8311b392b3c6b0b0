package org.sotdl4j.engine;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/** An array of floats in another shape, for nodes that passes make. */
public record Reshape(List<Long> from, List<Long> to) implements Operation {

  @Override
  public String name() {
    return "reshape";
  }

  @Override
  public boolean isCheap() {
    return true;
  }

  @Override
  public Binding bind(List<INDArray> in) {
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(Floats.descriptor(to.stream().mapToLong(Long::longValue).toArray()));
      }

      @Override
      public Step step(List<INDArray> out) {
        INDArray target = out.getFirst();
        INDArray source = in.getFirst().reshape(target.shape());
        return () -> target.assign(source);
      }

      @Override
      public boolean isView() {
        return true;
      }
    };
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    return tape.add(new Reshape(to, from), upstream, 1);
  }
}
