package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * A box out of an array, such as one token of each picture.
 *
 * @param whole the array's shape
 * @param from the box's first index on each axis
 * @param box the box's shape
 */
public record Slice(List<Long> whole, List<Long> from, List<Long> box) implements Operation {

  /** Finds slices of floats that leave out no index between the first and the last. */
  static void fuse(Rewriter graph) {
    for (Node node : graph.nodes("strided_slice")) {
      long[] whole = graph.shape(node.in().getFirst());
      long[] box = graph.shape(node.onlyOut());
      long[] s = Rewriter.integers(node); // five masks, then where it begins, ends and the strides
      boolean matches =
          node.in().size() == 1
              && graph.isFloatActivation(node.in().getFirst())
              && box != null
              && whole.length == box.length
              && s.length == 5 + 3 * whole.length
              && LongStream.of(box).allMatch(length -> length > 0)
              && s[1] == 0
              && s[3] == 0
              && s[4] == 0
              && Arrays.stream(s, 5 + 2 * whole.length, s.length).allMatch(stride -> stride == 1);
      if (matches) {
        long[] from = new long[whole.length];
        for (int i = 0; i < whole.length; i++) {
          boolean fromTheStart = (s[0] >> i & 1) != 0;
          long begin = s[5 + i] < 0 ? s[5 + i] + whole[i] : s[5 + i];
          from[i] = fromTheStart ? 0 : Math.max(0, begin);
        }
        graph.replace(List.of(node), node, of(whole, from, box), node.in());
      }
    }
  }

  static Slice of(long[] whole, long[] from, long[] box) {
    return new Slice(list(whole), list(from), list(box));
  }

  private static List<Long> list(long[] values) {
    return LongStream.of(values).boxed().toList();
  }

  /** The same of an array with another last axis, of which the box has all. */
  Slice withWidth(long width) {
    return new Slice(withLast(whole, width), withLast(from, 0), withLast(box, width));
  }

  private static List<Long> withLast(List<Long> values, long last) {
    List<Long> changed = new ArrayList<>(values.subList(0, values.size() - 1));
    changed.add(last);
    return List.copyOf(changed);
  }

  @Override
  public String name() {
    return "slice";
  }

  @Override
  public Binding bind(List<INDArray> in) {
    if (!Arrays.equals(in.getFirst().shape(), array(whole))) { // values have changed the shape
      throw new IllegalStateException(
          "The array has the shape %s, and %s was expected"
              .formatted(Arrays.toString(in.getFirst().shape()), whole));
    }
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(Floats.descriptor(array(box)));
      }

      @Override
      public Step step(List<INDArray> out) {
        return copy(Floats.address(in.getFirst()) + offset(), Floats.address(out.getFirst()), true);
      }
    };
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    return tape.add(new Padding(this), upstream, 1);
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  /** Bytes from the array's first float to the box's. */
  private long offset() {
    long[] strides = StridedCopy.strides(array(whole));
    long floats = 0;
    for (int i = 0; i < strides.length; i++) {
      floats += from.get(i) * strides[i];
    }
    return floats * BYTES;
  }

  /** Copies the box between where it lies in the array and where it lies alone. */
  private StridedCopy copy(long source, long target, boolean isOut) {
    long[] inWhole = StridedCopy.strides(array(whole));
    long[] alone = StridedCopy.strides(array(box));
    List<StridedCopy.Axis> axes = new ArrayList<>();
    for (int i = 0; i < alone.length; i++) {
      axes.add(
          isOut
              ? new StridedCopy.Axis(box.get(i), inWhole[i], alone[i])
              : new StridedCopy.Axis(box.get(i), alone[i], inWhole[i]));
    }
    return new StridedCopy(source, target, axes);
  }

  /** The other way round: the box with zeros around it. */
  public record Padding(Slice slice) implements Operation {

    /** Finds paddings with zeros. */
    static void fuse(Rewriter graph) {
      for (Node node : graph.nodes("pad")) {
        long[] box = graph.shape(node.in().getFirst());
        long[] whole = graph.shape(node.onlyOut());
        long[] widths = graph.integers(node.in().get(1)); // before and after, for each axis
        boolean matches =
            box != null
                && whole != null
                && widths != null
                && graph.isFloat(node.in().getFirst())
                && Rewriter.integers(node)[0] == 0
                && Arrays.stream(Rewriter.reals(node)).allMatch(value -> value == 0);
        if (matches) {
          long[] from = new long[box.length];
          Arrays.setAll(from, i -> widths[2 * i]);
          graph.replace(
              List.of(node), node, new Padding(of(whole, from, box)), node.in().subList(0, 1));
        }
      }
    }

    @Override
    public String name() {
      return "padding";
    }

    @Override
    public Binding bind(List<INDArray> in) {
      return new Binding() {
        @Override
        public List<LongShapeDescriptor> outputs() {
          return List.of(Floats.descriptor(array(slice.whole)));
        }

        @Override
        public Step step(List<INDArray> out) {
          long target = Floats.address(out.getFirst());
          StridedCopy copy =
              slice.copy(Floats.address(in.getFirst()), target + slice.offset(), false);
          long bytes = out.getFirst().length() * BYTES;
          return () -> {
            MEMORY.asSlice(target, bytes).fill((byte) 0);
            copy.run();
          };
        }
      };
    }

    @Override
    public List<String> gradients(Node node, List<String> upstream, Tape tape) {
      return tape.add(slice, upstream, 1);
    }
  }
}
