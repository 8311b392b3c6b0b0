package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph as a flat list of steps for fixed input shapes, with everything prepared: a native step
 * costs microseconds beside the op itself, where SameDiff's session spends half a millisecond. Ops
 * with a kernel run as that, reshapes are views, and what follows from the shapes alone is computed
 * once. Arrays are reused as soon as no later step reads them.
 *
 * <p>Building a plan runs it once, because some shapes are values of other ops.
 */
final class Plan implements AutoCloseable {

  /** An op that libnd4j runs. */
  private record NativeStep(DifferentialFunction op, OpContext context) implements Step {

    @Override
    public void run() {
      if (op instanceof CustomOp custom) {
        Nd4j.getExecutioner().exec(custom, context);
      } else {
        Nd4j.getExecutioner().exec((Op) op, context);
      }
    }
  }

  /** An op that a kernel runs, which knows addresses only; the lists keep the arrays alive. */
  private record KernelStep(
      DifferentialFunction op, Step kernel, List<INDArray> in, List<INDArray> out) implements Step {

    @Override
    public void run() {
      kernel.run();
    }
  }

  /** Ops whose outputs have the input's elements in the input's order. */
  private static final Set<String> RESHAPES = Set.of("reshape", "expand_dims", "squeeze");

  /** Ops whose outputs depend on the input's shape only. */
  private static final Set<String> OF_SHAPE = Set.of("shape_of", "ones_as", "zeros_as");

  private final Map<String, INDArray> inputs = new HashMap<>();
  private final Map<String, INDArray> outputs = new LinkedHashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final Memory memory = new Memory();

  /**
   * Builds the plan for the shapes of these inputs and runs it on them.
   *
   * @param order what to run
   * @param outputNames the variables to return, by the names under which to return them
   */
  Plan(
      SameDiff sd,
      List<DifferentialFunction> order,
      Map<String, String> outputNames,
      Map<String, INDArray> placeholders) {
    // A plan outlives the workspace in which its first run may happen.
    try (MemoryWorkspace _ = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      Map<String, Integer> lastUse = lastUse(order, outputNames);
      placeholders.forEach((name, array) -> inputs.put(name, array.dup('c')));
      inputs.forEach(memory::own);
      for (int i = 0; i < order.size(); i++) {
        DifferentialFunction op = order.get(i);
        add(sd, op, outputNames);
        Set<String> names = new HashSet<>(List.of(op.outputVariablesNames()));
        for (SDVariable input : op.args()) {
          names.add(input.name());
        }
        for (String name : names) {
          if (isActivation(sd, name) && lastUse.getOrDefault(name, i) <= i) {
            memory.release(name);
          }
        }
      }
      outputNames.forEach((name, variable) -> outputs.put(name, array(sd.getVariable(variable))));
    }
  }

  private static boolean isActivation(SameDiff sd, String name) {
    return sd.getVariable(name).getVariableType() == VariableType.ARRAY;
  }

  /** The index of the last op that reads a variable; one past the end for what stays. */
  private static Map<String, Integer> lastUse(
      List<DifferentialFunction> order, Map<String, String> outputNames) {
    Map<String, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      for (SDVariable input : order.get(i).args()) {
        lastUse.put(input.name(), i);
      }
    }
    outputNames.values().forEach(name -> lastUse.put(name, order.size()));
    return lastUse;
  }

  /** The results of the last run, by name. */
  Map<String, INDArray> outputs() {
    return outputs;
  }

  /** Runs the steps on new inputs of the same shapes. */
  void run(Map<String, INDArray> placeholders) {
    placeholders.forEach((name, array) -> inputs.get(name).assign(array));
    for (Step step : steps) {
      step.run();
    }
  }

  /** Runs an op, and notes the step if it must run each time. */
  private void add(SameDiff sd, DifferentialFunction op, Map<String, String> outputNames) {
    List<INDArray> in = Arrays.stream(op.args()).map(this::array).toList();
    OpContext context = Nd4j.getExecutioner().buildContext();
    List<LongShapeDescriptor> shapes = bind(op, in, context);
    String[] names = op.outputVariablesNames();
    // The caller may change what a program returns, so that shares memory with nothing.
    boolean returned = Arrays.stream(names).anyMatch(outputNames::containsValue);
    if (RESHAPES.contains(op.opName()) && !returned && isActivation(sd, op.arg(0).name())) {
      memory.view(names[0], op.arg(0).name(), shapes.getFirst().getShape());
      context.purge();
      return;
    }
    boolean once = OF_SHAPE.contains(op.opName()) && !returned;
    List<INDArray> out = new ArrayList<>();
    for (int k = 0; k < names.length; k++) {
      DataType type = sd.getVariable(names[k]).dataType();
      long[] shape = shapes.get(k).getShape();
      // What is computed once gets memory in which no earlier step of the next run writes.
      INDArray array =
          once ? memory.reserve(names[k], type, shape) : memory.allocate(names[k], type, shape);
      context.setOutputArray(k, array);
      out.add(array);
    }
    Optional<Step> kernel = Kernels.of(op, in, out);
    Step step =
        kernel
            .<Step>map(k -> new KernelStep(op, k, in, out))
            .orElseGet(() -> new NativeStep(op, context));
    step.run();
    if (!once) {
      steps.add(step);
    }
    if (kernel.isPresent() || once) {
      context.purge();
    }
  }

  /** Sets an op's inputs and returns the shapes of its outputs. */
  private static List<LongShapeDescriptor> bind(
      DifferentialFunction op, List<INDArray> in, OpContext context) {
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

  private INDArray array(SDVariable variable) {
    return switch (variable.getVariableType()) {
      case VARIABLE, CONSTANT -> variable.getArr();
      default -> memory.get(variable.name());
    };
  }

  @Override
  public void close() {
    for (Step step : steps) {
      if (step instanceof NativeStep nativeStep) {
        nativeStep.context().purge();
      }
    }
    memory.close();
  }
}
