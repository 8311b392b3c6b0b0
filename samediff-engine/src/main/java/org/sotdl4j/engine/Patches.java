package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * The square patches of pictures [B, C, H, W] as rows [B H/k W/k, C k k], or the way back: a
 * permutation, because each pixel is in one patch. A convolution that sees each pixel once is a
 * {@link Linear} on them, whose gradients are plain products.
 *
 * @param shape [B, C, H, W]
 * @param size k
 * @param back whether the pictures are made of the rows
 */
public record Patches(List<Long> shape, int size, boolean back) implements Operation {

  /** Takes a convolution of patches with what turns its maps into tokens. */
  static void fuse(Rewriter graph) {
    for (Node node : graph.nodes()) {
      if (!(node.operation() instanceof Convolution convolution) || node.in().size() != 3) {
        continue;
      }
      Node flat = graph.consumer(node.onlyOut(), "reshape");
      Node turned = flat == null ? null : graph.consumer(flat.onlyOut(), "permute");
      long[] x = graph.shape(node.in().getFirst());
      int size = convolution.kernel();
      boolean matches =
          turned != null
              && x != null
              && convolution.isOfPatches()
              && x[2] % size == 0
              && x[3] % size == 0
              && graph.shape(flat.onlyOut()).length == 3
              && graph.shape(flat.onlyOut())[1] == graph.shape(node.onlyOut())[1]
              && Arrays.equals(Rewriter.integers(turned), new long[] {0, 2, 1})
              && graph.isFloatLeaf(node.in().get(2));
      if (matches) {
        graph.replace(List.of(node, flat, turned), turned, linear(graph, node, size, turned));
      }
    }
  }

  private static List<Node> linear(Rewriter graph, Node convolution, int size, Node tokens) {
    String weight = convolution.in().get(1);
    List<Long> x = shape(graph, convolution.in().getFirst());
    List<Long> filters = shape(graph, weight);
    List<Long> out = shape(graph, tokens.onlyOut());
    long depth = filters.get(1) * size * size;
    List<Long> matrix = List.of(filters.getFirst(), depth);
    List<Long> rows = List.of(out.get(0) * out.get(1), out.get(2));
    String patches = Node.beside(tokens.onlyOut(), "patches");
    String filter = Node.beside(tokens.onlyOut(), "filters");
    String product = Node.beside(tokens.onlyOut(), "rows");
    return List.of(
        new Node(
            new Patches(x, size, false), List.of(convolution.in().getFirst()), List.of(patches)),
        new Node(new Reshape(filters, matrix), List.of(weight), List.of(filter)),
        new Node(new Linear(), List.of(patches, filter, convolution.in().get(2)), List.of(product)),
        new Node(new Reshape(rows, out), List.of(product), tokens.out()));
  }

  private static List<Long> shape(Rewriter graph, String variable) {
    return Arrays.stream(graph.shape(variable)).boxed().toList();
  }

  @Override
  public String name() {
    return "patches";
  }

  @Override
  public Binding bind(List<INDArray> in) {
    long channels = shape.get(1);
    long height = shape.get(2);
    long width = shape.get(3);
    long down = height / size;
    long across = width / size;
    long[] rows = {shape.getFirst() * down * across, channels * size * size};
    long[] pictures = shape.stream().mapToLong(Long::longValue).toArray();
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(Floats.descriptor(back ? pictures : rows));
      }

      @Override
      public Step step(List<INDArray> out) {
        long[] pixel =
            StridedCopy.strides(new long[] {shape.getFirst(), channels, down, size, across, size});
        long[] place =
            StridedCopy.strides(new long[] {shape.getFirst(), down, across, channels, size, size});
        List<StridedCopy.Axis> axes = new ArrayList<>();
        axes.add(axis(shape.getFirst(), pixel[0], place[0]));
        axes.add(axis(down, pixel[2], place[1]));
        axes.add(axis(across, pixel[4], place[2]));
        axes.add(axis(channels, pixel[1], place[3]));
        axes.add(axis(size, pixel[3], place[4]));
        axes.add(axis(size, 1, 1));
        return new StridedCopy(Floats.address(in.getFirst()), Floats.address(out.getFirst()), axes);
      }
    };
  }

  private StridedCopy.Axis axis(long length, long pixel, long place) {
    return back
        ? new StridedCopy.Axis(length, place, pixel)
        : new StridedCopy.Axis(length, pixel, place);
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    return tape.add(new Patches(shape, size, !back), upstream, 1);
  }
}
