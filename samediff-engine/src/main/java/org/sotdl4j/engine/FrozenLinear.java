package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * A linear layer whose weight does not change, with what follows it: {@code y = act(x W' + b) + r}
 * for x [..., in], W [out, in], b [out] and r [..., out], of which the last may be missing.
 *
 * @param gelu whether the activation is GELU; else there is none
 */
record FrozenLinear(PackedWeights weights, boolean gelu) implements Operation {

  /** Takes linear layers with the reshapes, the GELU or the sum around them. */
  static void fuse(Rewriter graph, PackedWeights weights) {
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof Linear
          && weights.of(graph.leaf(node.in().get(1))).isPresent()) {
        fuse(graph, weights, node);
      }
    }
  }

  private static void fuse(Rewriter graph, PackedWeights weights, Node linear) {
    List<Node> old = new ArrayList<>(List.of(linear));
    List<String> in = new ArrayList<>(linear.in());
    boolean gelu = false;
    Node flat = graph.producer(linear.in().getFirst());
    Node shaped = graph.consumer(linear.onlyOut());
    if (isReshape(flat) && isReshape(shaped) && keepsRows(graph, linear, flat, shaped)) {
      in.set(0, flat.in().getFirst());
      if (graph.isReadOnlyBy(flat, linear)) {
        old.add(flat);
      }
      old.add(shaped);
      Node next = graph.consumer(shaped.onlyOut());
      String other = next == null ? null : summand(next, shaped.onlyOut());
      gelu = next != null && next.operation() instanceof Gelu;
      if (other != null) {
        in.add(other);
      }
      if (gelu || other != null) {
        old.add(next);
      }
    }
    graph.replace(old, old.getLast(), new FrozenLinear(weights, gelu), in);
  }

  private static boolean isReshape(Node node) {
    return node != null && node.operation().name().equals("reshape");
  }

  /** Whether a linear layer's reshapes leave the last axis as it is. */
  private static boolean keepsRows(Rewriter graph, Node linear, Node flat, Node shaped) {
    long[] before = graph.shape(flat.in().getFirst());
    long[] after = graph.shape(shaped.onlyOut());
    long[] weight = graph.shape(linear.in().get(1));
    return before != null
        && after != null
        && Arrays.equals(withLast(before, weight[0]), after)
        && before[before.length - 1] == weight[1];
  }

  private static long[] withLast(long[] shape, long last) {
    long[] changed = shape.clone();
    changed[changed.length - 1] = last;
    return changed;
  }

  /** What a sum of two adds to a variable, or null. */
  private static String summand(Node sum, String variable) {
    if (!(sum.operation() instanceof SumOperation) || sum.in().size() != 2) {
      return null;
    }
    String other = sum.in().get(sum.in().getFirst().equals(variable) ? 1 : 0);
    return other.equals(variable) ? null : other;
  }

  @Override
  public String name() {
    return gelu ? "linear+gelu" : "linear";
  }

  @Override
  public long work(List<INDArray> in, List<INDArray> out) {
    return 2 * out.getFirst().length() * in.get(1).size(1);
  }

  @Override
  public Binding bind(List<INDArray> in) {
    INDArray x = in.getFirst();
    INDArray weight = in.get(1);
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(Floats.descriptor(withLast(x.shape(), weight.size(0))));
      }

      @Override
      public Step step(List<INDArray> out) {
        int k = Math.toIntExact(weight.size(1));
        return new PanelProduct(
                PanelProduct.rows(Floats.address(x), k, k),
                false,
                weights.of(weight).orElseThrow(),
                PackedWeights.padded(in.get(2)),
                gelu,
                in.size() < 4 ? 0 : Floats.address(in.get(3)),
                Floats.address(out.getFirst()),
                Math.toIntExact(x.length() / k),
                Math.toIntExact(weight.size(0)),
                k)
            ::run;
      }

      @Override
      public boolean isInPlace(int input) {
        return input == 3;
      }
    };
  }
}
