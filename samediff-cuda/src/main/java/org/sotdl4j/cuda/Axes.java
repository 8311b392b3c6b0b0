package org.sotdl4j.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A box of indices and how arrays lie in it, as the kernels' {@code struct Axes} has it: axes that
 * can be walked as one are one.
 */
final class Axes {

  /** As many as {@code struct Axes} holds. */
  private static final int RANK = 6;

  private static final int ARRAYS = 3;

  /**
   * An axis.
   *
   * @param strides elements from one index to the next, of each array
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Axis(long length, long... strides) {

    boolean continues(Axis outer) {
      return IntStream.range(0, strides.length)
          .allMatch(i -> outer.strides[i] == length * strides[i]);
    }

    Axis with(Axis outer) {
      return new Axis(outer.length * length, strides);
    }
  }

  private final List<Axis> axes = new ArrayList<>();

  private Axes() {}

  /**
   * @param shape the box
   * @param strides of each array, one for each axis of the box
   */
  static Axes of(long[] shape, long[]... strides) {
    Axes merged = new Axes();
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 1) {
        continue;
      }
      int axis = i;
      Axis next = new Axis(shape[i], Arrays.stream(strides).mapToLong(s -> s[axis]).toArray());
      boolean joins = !merged.axes.isEmpty() && next.continues(merged.axes.getLast());
      merged.axes.add(joins ? next.with(merged.axes.removeLast()) : next);
    }
    if (merged.axes.size() > RANK) {
      throw new UnsupportedOperationException(
          "arrays of the shape %s are spread in more than %d ways"
              .formatted(Arrays.toString(shape), RANK));
    }
    return merged;
  }

  /** The strides of an array in the order of its indices. */
  static long[] strides(long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }

  /** The strides of an array that is spread over a larger shape, as in arithmetic. */
  static long[] spread(long[] shape, long[] over) {
    long[] own = strides(shape);
    long[] strides = new long[over.length];
    int missing = over.length - shape.length;
    for (int i = missing; i < over.length; i++) {
      strides[i] = shape[i - missing] == 1 ? 0 : own[i - missing];
    }
    return strides;
  }

  int rank() {
    return axes.size();
  }

  /** The number of indices. */
  long count() {
    long count = axes.stream().mapToLong(Axis::length).reduce(1, Math::multiplyExact);
    return Integer.toUnsignedLong(indexed(count));
  }

  /** The kernels count indices in 32 bits. */
  private static int indexed(long count) {
    if (count >>> Integer.SIZE != 0) {
      throw new UnsupportedOperationException("an array has %d elements".formatted(count));
    }
    return (int) count;
  }

  /** The stride of an array on the only axis; 0 where there is none. */
  long onlyStride(int array) {
    return axes.isEmpty() ? 0 : axes.getFirst().strides[array];
  }

  /** As an argument of a kernel: rank, lengths and strides, axes from the innermost out. */
  Launch.Argument argument() {
    List<Axis> inner = axes.reversed();
    List<Long> values = new ArrayList<>();
    values.add((long) inner.size());
    for (int i = 0; i < RANK; i++) {
      values.add(i < inner.size() ? inner.get(i).length : 1);
    }
    for (int array = 0; array < ARRAYS; array++) {
      for (int i = 0; i < RANK; i++) {
        boolean has = i < inner.size() && array < inner.get(i).strides.length;
        values.add(has ? inner.get(i).strides[array] : 0);
      }
    }
    return new Launch.Argument.Struct(values);
  }
}
