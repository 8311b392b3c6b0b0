package org.sotdl4j.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a piece of a graph looks like. Where the same pattern occurs twice in another, both are the
 * same variable.
 */
sealed interface Pattern {

  Set<String> COMMUTATIVE = Set.of("add", "multiply");

  /** Any variable. */
  record Any(String name) implements Pattern {}

  /**
   * The output of an op.
   *
   * @param type of the op
   * @param scalar the number that it takes, null for any or none
   */
  record OpOf(String type, Double scalar, List<Pattern> operands) implements Pattern {}

  static Any any(String name) {
    return new Any(name);
  }

  static OpOf op(String type, Pattern... operands) {
    return new OpOf(type, null, List.of(operands));
  }

  static OpOf op(String type, double scalar, Pattern operand) {
    return new OpOf(type, scalar, List.of(operand));
  }

  /**
   * A place where a pattern was found.
   *
   * @param variables the variable of each part
   */
  record Match(OpGraph graph, Map<Pattern, String> variables) {

    String variable(Pattern part) {
      return variables.get(part);
    }

    Op op(Pattern part) {
      return graph.producer(variable(part));
    }

    BatchShape shape(Pattern part) {
      return graph.shape(variable(part));
    }

    private Optional<Match> with(Pattern pattern, String variable) {
      if (variables.containsKey(pattern)) {
        return variable(pattern).equals(variable) ? Optional.of(this) : Optional.empty();
      }
      Map<Pattern, String> more = new HashMap<>(variables);
      more.put(pattern, variable);
      Optional<Match> match = Optional.of(new Match(graph, more));
      return switch (pattern) {
        case Any _ -> match;
        case OpOf wanted -> match.flatMap(m -> m.operands(wanted, variable));
      };
    }

    private Optional<Match> operands(OpOf wanted, String variable) {
      Op op = graph.producer(variable);
      if (op == null
          || !op.type().equals(wanted.type())
          || op.in().size() != wanted.operands().size()
          || !hasScalar(op, wanted.scalar())) {
        return Optional.empty();
      }
      Optional<Match> inOrder = all(wanted.operands(), op.in());
      return inOrder.isEmpty() && COMMUTATIVE.contains(op.type())
          ? all(wanted.operands(), op.in().reversed())
          : inOrder;
    }

    private Optional<Match> all(List<Pattern> patterns, List<String> names) {
      Optional<Match> match = Optional.of(this);
      for (int i = 0; i < patterns.size() && match.isPresent(); i++) {
        match = match.get().with(patterns.get(i), names.get(i));
      }
      return match;
    }

    private static boolean hasScalar(Op op, Double scalar) {
      return scalar == null || Math.abs(op.scalar() - scalar) < 1e-6;
    }
  }

  /** The pattern that ends in an op, or nothing. */
  default Optional<Match> find(OpGraph graph, Op op) {
    return new Match(graph, Map.of()).with(this, op.out().getFirst());
  }
}
