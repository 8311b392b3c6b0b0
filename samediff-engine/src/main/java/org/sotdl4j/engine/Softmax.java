package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Softmax of rows and its gradient. */
final class Softmax {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int LANES = SPECIES.length();

  private Softmax() {}

  /** {@code out = softmax(x)} over rows of a length. */
  static Step forward(Floats x, Floats out, long width) {
    return () ->
        Parallel.run(
            x.length() / width,
            width,
            (from, to) -> {
              float[] lanes = new float[LANES];
              for (long row = from; row < to; row++) {
                long at = row * width * BYTES;
                softmax(x.address() + at, out.address() + at, width, lanes);
              }
            });
  }

  /** {@code out = y * (g - sum(g * y))} where y is the softmax of x. */
  static Step backward(Floats x, Floats g, Floats out, long width) {
    return () ->
        Parallel.run(
            x.length() / width,
            width,
            (from, to) -> {
              float[] lanes = new float[LANES];
              for (long row = from; row < to; row++) {
                long at = row * width * BYTES;
                softmax(x.address() + at, out.address() + at, width, lanes);
                gradient(g.address() + at, out.address() + at, width, lanes);
              }
            });
  }

  private static void softmax(long x, long out, long width, float[] lanes) {
    int whole = SPECIES.loopBound((int) width);
    VectorMask<Float> rest = SPECIES.indexInRange(whole, (int) width);
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < whole; i += LANES) {
      max = max.max(load(x + i * BYTES));
    }
    max = max.lanewise(VectorOperators.MAX, load(x + whole * BYTES, rest), rest);
    // A maximum is the same in any order.
    FloatVector largest = FloatVector.broadcast(SPECIES, max.reduceLanes(VectorOperators.MAX));
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector e = Functions.exp(load(x + i * BYTES).sub(largest));
      e.intoMemorySegment(MEMORY, out + i * BYTES, ORDER);
      sum = sum.add(e);
    }
    FloatVector last = Functions.exp(load(x + whole * BYTES, rest).sub(largest));
    sum = sum.add(last, rest);
    FloatVector total = FloatVector.broadcast(SPECIES, total(sum, lanes));
    for (int i = 0; i < whole; i += LANES) {
      load(out + i * BYTES).div(total).intoMemorySegment(MEMORY, out + i * BYTES, ORDER);
    }
    last.div(total).intoMemorySegment(MEMORY, out + whole * BYTES, ORDER, rest);
  }

  /** Turns y into the gradient, in place. */
  private static void gradient(long g, long y, long width, float[] lanes) {
    int whole = SPECIES.loopBound((int) width);
    VectorMask<Float> rest = SPECIES.indexInRange(whole, (int) width);
    FloatVector sum = load(g + whole * BYTES, rest).mul(load(y + whole * BYTES, rest));
    for (int i = 0; i < whole; i += LANES) {
      sum = load(g + i * BYTES).fma(load(y + i * BYTES), sum);
    }
    FloatVector total = FloatVector.broadcast(SPECIES, total(sum, lanes));
    for (int i = 0; i < whole; i += LANES) {
      load(g + i * BYTES)
          .sub(total)
          .mul(load(y + i * BYTES))
          .intoMemorySegment(MEMORY, y + i * BYTES, ORDER);
    }
    load(g + whole * BYTES, rest)
        .sub(total)
        .mul(load(y + whole * BYTES, rest))
        .intoMemorySegment(MEMORY, y + whole * BYTES, ORDER, rest);
  }

  /** The sum of a vector's lanes in a fixed order, which reduceLanes does not promise. */
  private static float total(FloatVector vector, float[] lanes) {
    vector.intoArray(lanes, 0);
    double total = 0;
    for (float lane : lanes) {
      total += lane;
    }
    return (float) total;
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ORDER);
  }

  private static FloatVector load(long address, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ORDER, mask);
  }
}
