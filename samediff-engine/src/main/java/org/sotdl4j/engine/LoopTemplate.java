package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** The code of all loops; {@link Loop#of} makes a class of it for each {@link Loop.Kind}. */
final class LoopTemplate implements Loop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int LANES = SPECIES.length();

  /** Sums of floats are short, their total is a double: the error does not grow with the length. */
  private static final long PIECE = 2048;

  private static final Kind KIND = Template.data(MethodHandles.lookup(), Kind.class);
  private static final Lanes FUNCTION = KIND.function();
  private static final boolean X_SCALAR = KIND.x();
  private static final boolean Y_SCALAR = KIND.y();
  private static final boolean Z_SCALAR = KIND.z();

  @Override
  public void map(
      Operand x,
      Operand y,
      Operand z,
      long out,
      long firstRow,
      long endRow,
      long middles,
      long width,
      long length) {
    mapWhole(x, y, z, out, firstRow, endRow, middles, width, length);
    mapRest(x, y, z, out, firstRow, endRow, middles, width, length);
  }

  /** The part of each row that fills vectors. */
  private static void mapWhole(
      Operand x,
      Operand y,
      Operand z,
      long out,
      long firstRow,
      long endRow,
      long middles,
      long width,
      long length) {
    long middle = firstRow % middles;
    for (long row = firstRow; row < endRow; row++) {
      long ax = x.address(row, middle);
      long ay = y.address(row, middle);
      long az = z.address(row, middle);
      FloatVector bx = broadcast(X_SCALAR, x, row, middle);
      FloatVector by = broadcast(Y_SCALAR, y, row, middle);
      FloatVector bz = broadcast(Z_SCALAR, z, row, middle);
      long to = out + row * width * BYTES;
      int end = SPECIES.loopBound((int) Math.min(width, length - row * width));
      for (int i = 0; i < end; i += LANES) {
        long at = i * BYTES;
        FUNCTION
            .apply(
                X_SCALAR ? bx : load(ax + at),
                Y_SCALAR ? by : load(ay + at),
                Z_SCALAR ? bz : load(az + at))
            .intoMemorySegment(MEMORY, to + at, ORDER);
      }
      middle = middle + 1 == middles ? 0 : middle + 1;
    }
  }

  /** The rest of each row. By itself, because the JIT inlines a function twice only if small. */
  private static void mapRest(
      Operand x,
      Operand y,
      Operand z,
      long out,
      long firstRow,
      long endRow,
      long middles,
      long width,
      long length) {
    long middle = firstRow % middles;
    for (long row = firstRow; row < endRow; row++) {
      int n = (int) Math.min(width, length - row * width);
      int start = SPECIES.loopBound(n);
      if (start < n) {
        long at = start * BYTES;
        VectorMask<Float> rest = SPECIES.indexInRange(start, n);
        FUNCTION
            .apply(
                X_SCALAR
                    ? broadcast(true, x, row, middle)
                    : load(x.address(row, middle) + at, rest),
                Y_SCALAR
                    ? broadcast(true, y, row, middle)
                    : load(y.address(row, middle) + at, rest),
                Z_SCALAR
                    ? broadcast(true, z, row, middle)
                    : load(z.address(row, middle) + at, rest))
            .intoMemorySegment(MEMORY, out + row * width * BYTES + at, ORDER, rest);
      }
      middle = middle + 1 == middles ? 0 : middle + 1;
    }
  }

  @Override
  public void sumRows(
      Operand x,
      Operand y,
      Operand z,
      long out,
      double factor,
      long firstMiddle,
      long endMiddle,
      long middles,
      long outer,
      long width) {
    float[] lanes = new float[LANES];
    for (long middle = firstMiddle; middle < endMiddle; middle++) {
      double total = 0;
      for (long row = middle; row < outer * middles; row += middles) {
        FloatVector bx = broadcast(X_SCALAR, x, row, middle);
        FloatVector by = broadcast(Y_SCALAR, y, row, middle);
        FloatVector bz = broadcast(Z_SCALAR, z, row, middle);
        for (long start = 0; start < width; start += PIECE) {
          long ax = x.address(row, middle) + start * BYTES;
          long ay = y.address(row, middle) + start * BYTES;
          long az = z.address(row, middle) + start * BYTES;
          int n = (int) Math.min(PIECE, width - start);
          FloatVector sum = FloatVector.zero(SPECIES);
          int i = 0;
          for (; i <= n - LANES; i += LANES) {
            long at = i * BYTES;
            sum =
                sum.add(
                    FUNCTION.apply(
                        X_SCALAR ? bx : load(ax + at),
                        Y_SCALAR ? by : load(ay + at),
                        Z_SCALAR ? bz : load(az + at)));
          }
          if (i < n) {
            long at = i * BYTES;
            VectorMask<Float> rest = SPECIES.indexInRange(i, n);
            sum =
                sum.add(
                    FUNCTION.apply(
                        X_SCALAR ? bx : load(ax + at, rest),
                        Y_SCALAR ? by : load(ay + at, rest),
                        Z_SCALAR ? bz : load(az + at, rest)),
                    rest);
          }
          // Not reduceLanes: its order, and so the last bit, changes when the JIT compiles it.
          sum.intoArray(lanes, 0);
          for (float lane : lanes) {
            total += lane;
          }
        }
      }
      Floats.set(out + middle * BYTES, (float) (total * factor));
    }
  }

  @Override
  public void sumColumns(
      Operand x,
      Operand y,
      Operand z,
      float[] sums,
      int sumsOffset,
      long firstRow,
      long endRow,
      int width) {
    int whole = SPECIES.loopBound(width);
    if (whole > 0) {
      sumWholeColumns(x, y, z, sums, sumsOffset, firstRow, endRow, whole);
    }
    if (whole < width) {
      long at = whole * BYTES;
      VectorMask<Float> rest = SPECIES.indexInRange(whole, width);
      FloatVector sum = FloatVector.zero(SPECIES);
      for (long row = firstRow; row < endRow; row++) {
        sum =
            sum.add(
                FUNCTION.apply(
                    X_SCALAR ? broadcast(true, x, row, 0) : load(x.address(row, 0) + at, rest),
                    Y_SCALAR ? broadcast(true, y, row, 0) : load(y.address(row, 0) + at, rest),
                    Z_SCALAR ? broadcast(true, z, row, 0) : load(z.address(row, 0) + at, rest)));
      }
      sum.intoArray(sums, sumsOffset + whole, rest);
    }
  }

  /** Four rows at a time, in the order in which they lie; the sums stay in the cache. */
  private static void sumWholeColumns(
      Operand x,
      Operand y,
      Operand z,
      float[] sums,
      int sumsOffset,
      long firstRow,
      long endRow,
      int whole) {
    Arrays.fill(sums, sumsOffset, sumsOffset + whole, 0);
    long row = firstRow;
    for (; row < endRow - 3; row += 4) {
      for (int i = 0; i < whole; i += LANES) {
        long at = i * BYTES;
        FloatVector four =
            value(x, y, z, row, at)
                .add(value(x, y, z, row + 1, at))
                .add(value(x, y, z, row + 2, at).add(value(x, y, z, row + 3, at)));
        four.add(FloatVector.fromArray(SPECIES, sums, sumsOffset + i))
            .intoArray(sums, sumsOffset + i);
      }
    }
    for (; row < endRow; row++) {
      for (int i = 0; i < whole; i += LANES) {
        value(x, y, z, row, i * BYTES)
            .add(FloatVector.fromArray(SPECIES, sums, sumsOffset + i))
            .intoArray(sums, sumsOffset + i);
      }
    }
  }

  /** The function of what lies so many bytes behind the beginning of a row. */
  private static FloatVector value(Operand x, Operand y, Operand z, long row, long at) {
    return FUNCTION.apply(
        X_SCALAR ? broadcast(true, x, row, 0) : load(x.address(row, 0) + at),
        Y_SCALAR ? broadcast(true, y, row, 0) : load(y.address(row, 0) + at),
        Z_SCALAR ? broadcast(true, z, row, 0) : load(z.address(row, 0) + at));
  }

  private static FloatVector broadcast(boolean scalar, Operand x, long row, long middle) {
    return FloatVector.broadcast(SPECIES, scalar ? x.value(row, middle) : 0);
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ORDER);
  }

  private static FloatVector load(long address, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ORDER, mask);
  }
}
