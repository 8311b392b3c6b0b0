package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An op of the graph as it is: a kernel runs it where there is one, else libnd4j. Its gradient is
 * SameDiff's.
 */
public record NativeOperation(DifferentialFunction op) implements Operation {

  /** Ops whose outputs have the input's elements in the input's order. */
  private static final Set<String> RESHAPES = Set.of("reshape", "expand_dims", "squeeze");

  /** Ops whose outputs depend on the input's shape only. */
  private static final Set<String> OF_SHAPE = Set.of("shape_of", "ones_as", "zeros_as");

  @Override
  public String name() {
    return op.opName();
  }

  @Override
  public boolean isCheap() {
    return RESHAPES.contains(name());
  }

  @Override
  public boolean isOfShape() {
    return OF_SHAPE.contains(name());
  }

  /** A product of matrices, of which either may lie transposed. */
  static NativeOperation matmul(boolean transposeA, boolean transposeB) {
    return new NativeOperation(
        DynamicCustomOp.builder("matmul")
            .addIntegerArguments(transposeA ? 1 : 0, transposeB ? 1 : 0, 0)
            .build());
  }

  static Node node(DifferentialFunction op) {
    return new Node(
        new NativeOperation(op),
        Arrays.stream(op.args()).map(SDVariable::name).toList(),
        List.of(op.outputVariablesNames()));
  }

  @Override
  public Binding bind(List<INDArray> in) {
    OpContext context = Nd4j.getExecutioner().buildContext();
    return new Bound(in, context, shapes(in, context));
  }

  /** Sets the op's inputs and returns the shapes of its outputs. */
  private List<LongShapeDescriptor> shapes(List<INDArray> in, OpContext context) {
    return switch (op) {
      case DynamicCustomOp custom -> {
        context.setArgs(
            in.toArray(INDArray[]::new),
            custom.iArgs(),
            custom.dArgs(),
            custom.tArgs(),
            custom.bArgs());
        yield custom.calculateOutputShape(context);
      }
      case BaseOp legacy -> {
        for (int i = 0; i < in.size(); i++) {
          context.setInputArray(i, in.get(i));
        }
        yield legacy.calculateOutputShape(context);
      }
      default ->
          throw new IllegalArgumentException(
              "Op %s (%s) cannot be part of a plan".formatted(op.getOwnName(), op.opName()));
    };
  }

  /** The op with its inputs. */
  private final class Bound implements Binding {

    private final List<INDArray> in;
    private final OpContext context;
    private final List<LongShapeDescriptor> outputs;

    Bound(List<INDArray> in, OpContext context, List<LongShapeDescriptor> outputs) {
      this.in = in;
      this.context = context;
      this.outputs = outputs;
    }

    @Override
    public List<LongShapeDescriptor> outputs() {
      return outputs;
    }

    @Override
    public Step step(List<INDArray> out) {
      Optional<Step> kernel = Kernels.of(op, in, out);
      if (kernel.isPresent()) {
        context.purge();
        return kernel.get();
      }
      for (int i = 0; i < out.size(); i++) {
        context.setOutputArray(i, out.get(i));
      }
      Step step = new NativeStep(op, context);
      return op.opName().equals("gather") && in.size() == 2 ? new Guarded(step, in) : step;
    }

    @Override
    public boolean isView() {
      return RESHAPES.contains(op.opName());
    }

    @Override
    public boolean isInPlace(int input) {
      return Kernels.isElementwise(op.opName())
          && Arrays.equals(in.get(input).shape(), outputs.getFirst().getShape());
    }

    @Override
    public void discard() {
      context.purge();
    }
  }

  /** A {@code gather}, for which libnd4j would read whatever lies outside the array. */
  private final class Guarded implements Step {

    private final Step gather;
    private final INDArray numbers;
    private final long length;

    Guarded(Step gather, List<INDArray> in) {
      INDArray array = in.getFirst();
      int axis = (int) ((CustomOp) op).iArgs()[0];
      this.gather = gather;
      this.numbers = in.get(1);
      this.length = array.size(axis);
    }

    @Override
    public void run() {
      for (long number : numbers.ravel().toLongVector()) {
        if (number < 0 || number >= length) {
          throw new IllegalArgumentException(
              "%d is no index of an axis of length %d".formatted(number, length));
        }
      }
      gather.run();
    }

    @Override
    public void close() {
      gather.close();
    }
  }

  /** An op that libnd4j runs. */
  private record NativeStep(DifferentialFunction op, OpContext context) implements Step {

    @Override
    public void run() {
      Parallel.rest();
      if (op instanceof CustomOp custom) {
        Nd4j.getExecutioner().exec(custom, context);
      } else {
        Nd4j.getExecutioner().exec((Op) op, context);
      }
    }

    @Override
    public void close() {
      context.purge();
    }
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    SameDiff copy = tape.copy();
    DifferentialFunction twin = copy.getOpById(op.getOwnName());
    SDVariable[] outputs = twin.outputVariables();
    List<SDVariable> given = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      given.add(
          upstream.get(i) == null
              ? copy.zerosLike(outputs[i])
              : tape.variable(upstream.get(i), outputs[i].dataType()));
    }
    List<String> gradients = new ArrayList<>();
    for (SDVariable gradient : twin.doDiff(given)) {
      gradients.add(gradient == null ? null : tape.record(gradient));
    }
    return gradients;
  }
}
