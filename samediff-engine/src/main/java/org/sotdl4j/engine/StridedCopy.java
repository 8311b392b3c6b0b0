package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Copies a box of floats between two places that lay it out differently. */
final class StridedCopy implements Step {

  /**
   * An axis of the box.
   *
   * @param from floats between neighbours where it is read
   * @param to floats between neighbours where it is written
   */
  record Axis(long length, long from, long to) {}

  private final long from;
  private final long to;
  private final List<Axis> outer;
  private final Axis inner;

  /** From one address to another; axes from the outermost in. */
  StridedCopy(long from, long to, List<Axis> axes) {
    this.from = from;
    this.to = to;
    List<Axis> merged = new ArrayList<>();
    for (Axis axis : axes) {
      if (axis.length() == 1) {
        continue;
      }
      Axis last = merged.isEmpty() ? null : merged.getLast();
      boolean continues =
          last != null
              && last.from() == axis.length() * axis.from()
              && last.to() == axis.length() * axis.to();
      if (continues) {
        merged.removeLast();
        merged.add(new Axis(last.length() * axis.length(), axis.from(), axis.to()));
      } else {
        merged.add(axis);
      }
    }
    this.inner = merged.isEmpty() ? new Axis(1, 1, 1) : merged.removeLast();
    this.outer = List.copyOf(merged);
  }

  /** The strides of an array of some shape that lies in the order of its indices. */
  static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }

  @Override
  public void run() {
    long rows = outer.stream().mapToLong(Axis::length).reduce(1, (a, b) -> a * b);
    Parallel.run(rows, inner.length(), this::copyRows);
  }

  private void copyRows(long firstRow, long endRow) {
    long[] index = new long[outer.size()];
    long source = from;
    long target = to;
    long remainder = firstRow;
    for (int i = index.length - 1; i >= 0; i--) {
      Axis axis = outer.get(i);
      index[i] = remainder % axis.length();
      remainder /= axis.length();
      source += index[i] * axis.from() * BYTES;
      target += index[i] * axis.to() * BYTES;
    }
    for (long row = firstRow; row < endRow; row++) {
      copyRow(source, target);
      for (int i = index.length - 1; i >= 0; i--) {
        Axis axis = outer.get(i);
        source += axis.from() * BYTES;
        target += axis.to() * BYTES;
        if (++index[i] < axis.length()) {
          break;
        }
        index[i] = 0;
        source -= axis.length() * axis.from() * BYTES;
        target -= axis.length() * axis.to() * BYTES;
      }
    }
  }

  private void copyRow(long source, long target) {
    if (inner.from() == 1 && inner.to() == 1) {
      MemorySegment.copy(MEMORY, source, MEMORY, target, inner.length() * BYTES);
      return;
    }
    for (long i = 0; i < inner.length(); i++) {
      Floats.set(target + i * inner.to() * BYTES, Floats.get(source + i * inner.from() * BYTES));
    }
  }
}
