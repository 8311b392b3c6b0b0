package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows that nobody reads are not computed: where only some tokens go on, such as the class token
 * behind the last block, they are taken before what works on each token alone, and not after it.
 */
final class UnreadRows {

  private static final int TOKENS = 1;

  private final Rewriter graph;

  private UnreadRows(Rewriter graph) {
    this.graph = graph;
  }

  /** Moves slices of tokens towards the inputs as far as they can go. */
  static void skip(Rewriter graph) {
    UnreadRows rows = new UnreadRows(graph);
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Node node : graph.nodes().reversed()) {
        moved |= node.operation() instanceof Slice slice && rows.move(node, slice);
      }
    }
  }

  private boolean move(Node node, Slice slice) {
    Node maker = graph.producer(node.in().getFirst());
    if (maker == null || !isOfTokens(slice) || !graph.isReadOnlyBy(maker, node)) {
      return false;
    }
    String out = node.onlyOut();
    return switch (maker.operation()) {
      case LayerNorm norm ->
          move(
              node,
              slice,
              maker,
              1,
              List.of(out, Node.beside(out, "mean"), Node.beside(out, "rstd")));
      case Gelu gelu -> move(node, slice, maker, 1, List.of(out));
      case SumOperation sum -> move(node, slice, maker, maker.in().size(), List.of(out));
      case Attention attention when attention.queries() == slice.whole().get(TOKENS) -> {
        int first = attention.first() + Math.toIntExact(slice.from().get(TOKENS));
        int queries = Math.toIntExact(slice.box().get(TOKENS));
        yield graph.replace(
            List.of(maker, node),
            node,
            new Node(
                new Attention(attention.heads(), attention.scale(), first, queries),
                maker.in(),
                List.of(out, Node.beside(out, "statistics"))));
      }
      case NativeOperation _ -> moveBeforeLinear(node, slice, maker);
      default -> false;
    };
  }

  /** Whether a slice takes tokens of [B, N, C]. */
  private static boolean isOfTokens(Slice slice) {
    return slice.whole().size() == 3
        && slice.box().getFirst().equals(slice.whole().getFirst())
        && slice.box().getLast().equals(slice.whole().getLast());
  }

  /** The same operation on slices of the first of its inputs. */
  private boolean move(Node node, Slice slice, Node maker, int inputs, List<String> out) {
    List<String> in = new ArrayList<>(maker.in());
    for (int i = 0; i < inputs; i++) {
      in.set(i, slice(slice, in.get(i)));
    }
    return graph.replace(List.of(maker, node), node, new Node(maker.operation(), in, out));
  }

  /** A linear layer works on [B N, C], between two reshapes. */
  private boolean moveBeforeLinear(Node node, Slice slice, Node maker) {
    Node linear = graph.producer(maker.in().getFirst());
    Node flat = linear == null ? null : graph.producer(linear.in().getFirst(), "reshape");
    long[] shape = flat == null ? null : graph.shape(flat.in().getFirst());
    boolean matches =
        shape != null
            && linear.operation() instanceof Linear
            && maker.operation().name().equals("reshape")
            && graph.isReadOnlyBy(linear, maker)
            && graph.isReadOnlyBy(flat, linear)
            && shape.length == 3
            && shape[0] == slice.whole().getFirst()
            && shape[1] == slice.whole().get(TOKENS);
    if (!matches) {
      return false;
    }
    Slice before = slice.withWidth(shape[2]);
    List<Long> fewer = before.box();
    List<Long> rows = List.of(fewer.getFirst() * fewer.get(TOKENS), shape[2]);
    List<Long> results = List.of(rows.getFirst(), slice.box().getLast());
    String out = node.onlyOut();
    List<String> in = new ArrayList<>(linear.in());
    in.set(0, Node.beside(out, "in"));
    return graph.replace(
        List.of(flat, linear, maker, node),
        node,
        List.of(
            new Node(
                new Reshape(fewer, rows),
                List.of(slice(before, flat.in().getFirst())),
                List.of(Node.beside(out, "in"))),
            new Node(linear.operation(), in, List.of(Node.beside(out, "rows"))),
            new Node(
                new Reshape(results, slice.box()),
                List.of(Node.beside(out, "rows")),
                List.of(out))));
  }

  /** The name of a slice of a variable, which is made where it is not there yet. */
  private String slice(Slice slice, String variable) {
    long from = slice.from().get(TOKENS);
    String name =
        Node.beside(variable, "tokens-%d-%d".formatted(from, from + slice.box().get(TOKENS)));
    if (graph.producer(name) == null) {
      graph.add(new Node(slice, List.of(variable), List.of(name)));
    }
    return name;
  }
}
