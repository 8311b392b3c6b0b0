package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Softmax of rows and its gradient, in a few passes: one pass would be a method so large that the
 * JIT boxes its vectors.
 */
final class Softmax {

  private static final VectorSpecies<Float> SPECIES = Rows.SPECIES;

  private final Floats x;
  private final Floats out;
  private final long width;
  private final long rows;
  private final MemorySegment perRow;
  private final Elementwise elementwise;

  /** Of the rows of x, which have a width. */
  Softmax(Floats x, Floats out, long width) {
    this.x = x;
    this.out = out;
    this.width = width;
    this.rows = x.length() / width;
    this.perRow = Arena.ofAuto().allocate(rows * BYTES, BYTES);
    this.elementwise = new Elementwise(new Broadcast(1, rows, width));
  }

  /** {@code out = softmax(x)}. */
  Step forward() {
    Operand row = elementwise.operand(perRow.address(), rows);
    Operand y = elementwise.operand(out);
    Step power =
        elementwise.map(
            Functions.EXP_OF_DIFFERENCE, elementwise.operand(x), row, Operand.NONE, out.address());
    Step sum = elementwise.sum(Functions.FIRST, y, Operand.NONE, Operand.NONE, perRow.address(), 1);
    Step division = elementwise.map(Functions.DIVIDE, y, row, Operand.NONE, out.address());
    return () -> {
      Parallel.run(rows, width, this::maxima);
      power.run();
      sum.run();
      division.run();
    };
  }

  /** {@code out = y * (g - sum(g * y))} where y is the softmax of x and g the upstream gradient. */
  Step backward(Floats upstream) {
    Operand row = elementwise.operand(perRow.address(), rows);
    Operand y = elementwise.operand(out);
    Operand g = elementwise.operand(upstream);
    Step forward = forward();
    Step sum = elementwise.sum(Functions.MULTIPLY, g, y, Operand.NONE, perRow.address(), 1);
    Step gradient = elementwise.map(Functions.SOFTMAX_GRADIENT, y, g, row, out.address());
    return () -> {
      forward.run();
      sum.run();
      gradient.run();
    };
  }

  private void maxima(long from, long to) {
    int n = Math.toIntExact(width);
    int whole = Rows.whole(n);
    for (long row = from; row < to; row++) {
      long address = x.address() + row * n * BYTES;
      FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
      for (int i = 0; i < whole; i += SPECIES.length()) {
        max = max.max(Rows.load(address + i * BYTES));
      }
      // A maximum is the same in any order.
      float largest = max.reduceLanes(VectorOperators.MAX);
      for (int i = whole; i < n; i++) {
        largest = Math.max(largest, Floats.get(address + i * BYTES));
      }
      Floats.set(perRow.address() + row * BYTES, largest);
    }
  }
}
