package org.sotdl4j.onnx;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.layers.Shapes;

/** The part of a SameDiff graph that some outputs need, with its shapes. */
final class OpGraph {

  private final SameDiff sd;
  private final Shapes one;
  private final Shapes two;
  private final Map<String, Op> producers = new HashMap<>();
  private final SequencedMap<String, Op> ops = new LinkedHashMap<>();

  OpGraph(SameDiff sd, List<String> outputs) {
    this.sd = sd;
    this.one = new Shapes(sd);
    this.two = new Shapes(sd, 2);
    sd.getOps().values().forEach(this::remember);
    outputs.forEach(this::collect);
  }

  private void remember(SameDiffOp op) {
    var function = op.getOp();
    Op made =
        new Op(
            op.getName(),
            function.opName(),
            List.copyOf(op.getInputsToOp()),
            List.copyOf(op.getOutputsOfOp()),
            function);
    made.out().forEach(variable -> producers.put(variable, made));
  }

  /** Adds what a variable needs, operands first. */
  private void collect(String output) {
    Deque<String> open = new ArrayDeque<>(List.of(output));
    while (!open.isEmpty()) {
      Op op = producers.get(open.peek());
      if (op == null || ops.containsKey(op.name())) {
        open.pop();
        continue;
      }
      List<String> missing =
          op.in().stream()
              .filter(in -> producers.containsKey(in) && !ops.containsKey(producers.get(in).name()))
              .toList();
      if (missing.isEmpty()) {
        ops.put(op.name(), op);
      } else {
        missing.reversed().forEach(open::push);
      }
    }
  }

  /** The ops in an order in which they can run. */
  Collection<Op> ops() {
    return ops.values();
  }

  /** The op that makes a variable, or null. */
  Op producer(String variable) {
    return producers.get(variable);
  }

  SDVariable variable(String name) {
    return sd.getVariable(name);
  }

  /** The array of a parameter or constant, null of anything else. */
  INDArray array(String name) {
    SDVariable variable = variable(name);
    return switch (variable.getVariableType()) {
      case VARIABLE, CONSTANT -> variable.getArr();
      default -> null;
    };
  }

  BatchShape shape(String variable) {
    return BatchShape.of(variable, one.of(variable(variable)), two.of(variable(variable)));
  }
}
