package org.sotdl4j.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Finds the ops that some variables need. In a loop of the graph there is no order. */
final class Order {

  private final SameDiff sd;
  private final Map<String, DifferentialFunction> placed = new LinkedHashMap<>();
  private final Deque<DifferentialFunction> stack = new ArrayDeque<>();
  private final Set<String> entered = new HashSet<>();
  private final Set<String> made;

  private Order(SameDiff sd, Set<String> made) {
    this.sd = sd;
    this.made = made;
  }

  /** The ops that the variables need, each after those it depends on. */
  static List<DifferentialFunction> of(SameDiff sd, Collection<String> variables) {
    return of(sd, variables, Set.of());
  }

  /** The same without what makes some other variables. */
  static List<DifferentialFunction> of(
      SameDiff sd, Collection<String> variables, Set<String> made) {
    Order order = new Order(sd, made);
    variables.forEach(order::place);
    return List.copyOf(order.placed.values());
  }

  private void place(String variable) {
    push(variable);
    // Depth first without recursion: an op is placed when all its producers are.
    while (!stack.isEmpty()) {
      DifferentialFunction op = stack.peek();
      if (entered.add(op.getOwnName())) {
        for (SDVariable input : op.args()) {
          push(input.name());
        }
      } else {
        stack.pop();
        placed.putIfAbsent(op.getOwnName(), op);
      }
    }
  }

  private void push(String variable) {
    DifferentialFunction producer =
        made.contains(variable) ? null : sd.getVariableOutputOp(variable);
    if (producer != null && !placed.containsKey(producer.getOwnName())) {
      stack.push(producer);
    }
  }
}
