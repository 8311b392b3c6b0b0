package org.sotdl4j.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph as a flat list of native ops for fixed input shapes, with their contexts and outputs
 * prepared: a step costs microseconds beside the op itself, where SameDiff's session spends half a
 * millisecond. Arrays are reused as soon as no later step reads them.
 *
 * <p>Building a plan runs it once, because some shapes are values of other ops.
 */
final class Plan implements AutoCloseable {

  private record Step(DifferentialFunction op, OpContext context) {

    void run() {
      if (op instanceof CustomOp custom) {
        Nd4j.getExecutioner().exec(custom, context);
      } else {
        Nd4j.getExecutioner().exec((Op) op, context);
      }
    }
  }

  /** What an array must have in common with another to take its place. */
  private record Size(DataType type, long length) {}

  private final SameDiff sd;
  private final Map<String, INDArray> inputs = new HashMap<>();
  private final Map<String, INDArray> outputs = new LinkedHashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<INDArray> owned = new ArrayList<>();

  /** Builds the plan for the shapes of these inputs and runs it on them. */
  Plan(SameDiff sd, Map<String, String> outputNames, Map<String, INDArray> placeholders) {
    this.sd = sd;
    List<DifferentialFunction> order = order(outputNames.values());
    Map<String, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      for (SDVariable input : order.get(i).args()) {
        lastUse.put(input.name(), i);
      }
    }
    outputNames.values().forEach(name -> lastUse.put(name, order.size()));

    placeholders.forEach((name, array) -> inputs.put(name, own(array.dup('c'))));
    Map<String, INDArray> arrays = new HashMap<>(inputs);
    Map<Size, Deque<INDArray>> free = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      DifferentialFunction op = order.get(i);
      Step step = new Step(op, Nd4j.getExecutioner().buildContext());
      List<LongShapeDescriptor> shapes = bind(step, arrays);
      String[] names = op.outputVariablesNames();
      for (int k = 0; k < names.length; k++) {
        DataType type = sd.getVariable(names[k]).dataType();
        INDArray array = allocate(free, type, shapes.get(k).getShape());
        arrays.put(names[k], array);
        step.context().setOutputArray(k, array);
      }
      step.run();
      steps.add(step);
      Set<String> done = new HashSet<>(List.of(names));
      for (SDVariable input : op.args()) {
        done.add(input.name());
      }
      for (String name : done) {
        INDArray array = arrays.get(name);
        boolean activation = sd.getVariable(name).getVariableType() == VariableType.ARRAY;
        if (activation && lastUse.getOrDefault(name, i) <= i && !array.isEmpty()) {
          free.computeIfAbsent(new Size(array.dataType(), array.length()), s -> new ArrayDeque<>())
              .push(array);
        }
      }
    }
    outputNames.forEach(
        (name, variable) -> outputs.put(name, array(sd.getVariable(variable), arrays)));
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

  /** The ops that the outputs need, each after those it depends on. */
  private List<DifferentialFunction> order(Collection<String> outputNames) {
    Map<String, DifferentialFunction> order = new LinkedHashMap<>();
    Deque<DifferentialFunction> stack = new ArrayDeque<>();
    for (String name : outputNames) {
      push(stack, order, name);
      // Depth first without recursion: an op is placed when all its producers are.
      while (!stack.isEmpty()) {
        DifferentialFunction op = stack.peek();
        int before = stack.size();
        for (SDVariable input : op.args()) {
          push(stack, order, input.name());
        }
        if (stack.size() == before) {
          stack.pop();
          order.putIfAbsent(op.getOwnName(), op);
        }
      }
    }
    return List.copyOf(order.values());
  }

  private void push(
      Deque<DifferentialFunction> stack,
      Map<String, DifferentialFunction> placed,
      String variable) {
    DifferentialFunction producer = sd.getVariableOutputOp(variable);
    if (producer != null && !placed.containsKey(producer.getOwnName())) {
      stack.push(producer);
    }
  }

  /** Sets the step's inputs and returns the shapes of its outputs. */
  private List<LongShapeDescriptor> bind(Step step, Map<String, INDArray> arrays) {
    SDVariable[] args = step.op().args();
    INDArray[] in = new INDArray[args.length];
    for (int i = 0; i < args.length; i++) {
      in[i] = array(args[i], arrays);
    }
    OpContext context = step.context();
    return switch (step.op()) {
      case DynamicCustomOp custom -> {
        context.setArgs(in, custom.iArgs(), custom.dArgs(), custom.tArgs(), custom.bArgs());
        yield custom.calculateOutputShape(context);
      }
      case BaseOp legacy -> {
        for (int i = 0; i < in.length; i++) {
          context.setInputArray(i, in[i]);
        }
        yield legacy.calculateOutputShape(context);
      }
      default ->
          throw new IllegalArgumentException(
              "Op %s (%s) cannot be part of a plan"
                  .formatted(step.op().getOwnName(), step.op().opName()));
    };
  }

  private static INDArray array(SDVariable variable, Map<String, INDArray> arrays) {
    INDArray array =
        switch (variable.getVariableType()) {
          case VARIABLE, CONSTANT -> variable.getArr();
          default -> arrays.get(variable.name());
        };
    if (array == null) {
      throw new IllegalArgumentException("No value for the input " + variable.name());
    }
    return array;
  }

  private INDArray allocate(Map<Size, Deque<INDArray>> free, DataType type, long[] shape) {
    long length = 1;
    for (long n : shape) {
      length *= n;
    }
    Deque<INDArray> sameSize = free.get(new Size(type, length));
    return sameSize == null || sameSize.isEmpty()
        ? own(Nd4j.createUninitialized(type, shape))
        : sameSize.pop().reshape('c', shape);
  }

  private INDArray own(INDArray array) {
    owned.add(array);
    return array;
  }

  @Override
  public void close() {
    for (Step step : steps) {
      step.context().purge();
    }
    owned.stream().filter(INDArray::closeable).forEach(INDArray::close);
  }
}
