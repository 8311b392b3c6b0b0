package org.sotdl4j.engine;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * Self-attention of projections that lie side by side: from [B, N, 3 h d] laid out [q|k|v][h][d] to
 * [B, Q, h d] for the queries of some or all of the tokens; head for head, without the N x N
 * weights of all heads in memory. Outputs: y, and for the gradient two numbers of each query, [B,
 * h, 2, Q].
 *
 * @param heads h
 * @param scale the factor on the scores
 * @param first the first token that asks
 * @param queries Q
 */
public record Attention(int heads, double scale, int first, int queries) implements Operation {

  /** Finds {@code softmax(q k' * scale) v}, with what splits and joins the heads. */
  static void fuse(Rewriter graph) {
    graph.nodes("softmax").forEach(softmax -> fuse(graph, softmax));
  }

  private static void fuse(Rewriter graph, Node softmax) {
    Node scaled = graph.producer(softmax.in().getFirst(), "mul_scalar");
    Node scores = scaled == null ? null : graph.producer(scaled.in().getFirst(), "matmul");
    Node mixed = graph.consumer(softmax.onlyOut(), "matmul");
    Node joined = mixed == null ? null : graph.consumer(mixed.onlyOut(), "permute");
    Node flat = joined == null ? null : graph.consumer(joined.onlyOut(), "reshape");
    Node parts = scores == null ? null : graph.producer(scores.in().getFirst(), "unstack");
    Node turned = parts == null ? null : graph.producer(parts.in().getFirst(), "permute");
    Node split = turned == null ? null : graph.producer(turned.in().getFirst(), "reshape");
    if (flat == null || split == null) {
      return;
    }
    String x = split.in().getFirst();
    long[] from = graph.shape(x); // [B, N, 3 h d]
    long[] perHead = graph.shape(split.onlyOut()); // [B, N, 3, h, d]
    long[] to = graph.shape(flat.onlyOut());
    if (from == null || perHead == null || to == null || from.length != 3) {
      return;
    }
    long batch = from[0];
    long tokens = from[1];
    boolean matches =
        graph.isFloatActivation(x)
            && perHead.length == 5
            && perHead[0] == batch
            && perHead[1] == tokens
            && perHead[2] == 3
            && Arrays.equals(to, new long[] {batch, tokens, from[2] / 3})
            && parts.out().size() == 3
            && scores.in().equals(parts.out().subList(0, 2))
            && mixed.in().equals(List.of(softmax.onlyOut(), parts.out().get(2)))
            && new Product(false, true).is(scores)
            && new Product(false, false).is(mixed)
            && Rewriter.isLastAxis(Rewriter.integers(softmax), 4)
            && Rewriter.integers(parts)[0] == 0
            && Arrays.equals(Rewriter.integers(turned), new long[] {2, 0, 3, 1, 4})
            && Arrays.equals(Rewriter.integers(joined), new long[] {0, 2, 1, 3});
    if (matches) {
      graph.replace(
          List.of(split, turned, parts, scores, scaled, softmax, mixed, joined, flat),
          flat,
          new Node(
              new Attention((int) perHead[3], Rewriter.scalar(scaled), 0, (int) tokens),
              List.of(x),
              List.of(flat.onlyOut(), Node.beside(flat.onlyOut(), "statistics"))));
    }
  }

  @Override
  public String name() {
    return "attention";
  }

  @Override
  public long work(List<INDArray> in, List<INDArray> out) {
    return 4 * out.getFirst().length() * in.getFirst().size(1);
  }

  @Override
  public Binding bind(List<INDArray> in) {
    INDArray qkv = in.getFirst();
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(
            Floats.descriptor(qkv.size(0), queries, qkv.size(2) / 3),
            Floats.descriptor(qkv.size(0), heads, 2, queries));
      }

      @Override
      public Step step(List<INDArray> out) {
        return AttentionKernel.of(qkv, Attention.this)
            .forward(Floats.address(out.getFirst()), Floats.address(out.get(1)));
      }
    };
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    return tape.add(
        new Gradient(this),
        List.of(
            upstream.getFirst(), node.in().getFirst(), node.out().get(1), node.out().getFirst()),
        1);
  }

  /**
   * From the upstream gradient, the projections, the queries' numbers and y, which only a GPU's
   * kernel reads; the layer behind needs it as well.
   */
  public record Gradient(Attention attention) implements Operation {

    @Override
    public String name() {
      return "attention_bp";
    }

    @Override
    public long work(List<INDArray> in, List<INDArray> out) {
      return 10 * in.getFirst().length() * in.get(1).size(1);
    }

    @Override
    public Binding bind(List<INDArray> in) {
      INDArray qkv = in.get(1);
      return new Binding() {
        @Override
        public List<LongShapeDescriptor> outputs() {
          return List.of(Floats.descriptor(qkv.shape()));
        }

        @Override
        public Step step(List<INDArray> out) {
          return AttentionKernel.of(qkv, attention)
              .backward(
                  Floats.address(in.getFirst()),
                  Floats.address(in.get(2)),
                  Floats.address(out.getFirst()));
        }
      };
    }
  }
}
