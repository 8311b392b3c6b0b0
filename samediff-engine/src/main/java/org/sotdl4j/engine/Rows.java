package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Sums over rows of floats. Lanes are added up in float, all else in double. */
final class Rows {

  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  static final int LANES = SPECIES.length();

  /** Whether the scalar twins of all kernels run instead. */
  static final boolean SCALAR =
      System.getProperty(Kernels.PROPERTY, Kernels.JAVA).equals(Kernels.SCALAR);

  private Rows() {}

  /** How many of so many floats fill vectors; the others are for scalars. */
  static int whole(int floats) {
    return SCALAR ? 0 : SPECIES.loopBound(floats);
  }

  static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ORDER);
  }

  static FloatVector load(float[] array, int index) {
    return FloatVector.fromArray(SPECIES, array, index);
  }

  /**
   * Adds up the lanes of a vector. Not reduceLanes: its order, and so the last bit, changes when
   * the JIT compiles it.
   *
   * @param lanes memory of one vector
   */
  static double total(FloatVector sum, float[] lanes) {
    sum.intoArray(lanes, 0);
    double total = 0;
    for (float lane : lanes) {
      total += lane;
    }
    return total;
  }

  /** The sum of a row. */
  static double sum(long x, int width, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int whole = whole(width);
    for (int i = 0; i < whole; i += LANES) {
      sum = sum.add(load(x + i * BYTES));
    }
    double total = total(sum, lanes);
    for (long i = whole; i < width; i++) {
      total += Floats.get(x + i * BYTES);
    }
    return total;
  }

  /** The sum of the squared distances of a row's values from another value. */
  static double squares(long x, int width, float mean, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int whole = whole(width);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector centred = load(x + i * BYTES).sub(mean);
      sum = centred.fma(centred, sum);
    }
    double total = total(sum, lanes);
    for (long i = whole; i < width; i++) {
      double centred = Floats.get(x + i * BYTES) - mean;
      total += centred * centred;
    }
    return total;
  }

  /** The sum of the products of one row's values with the distances of another's from a value. */
  static double products(long g, long x, int width, float mean, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int whole = whole(width);
    for (int i = 0; i < whole; i += LANES) {
      sum = sum.add(load(x + i * BYTES).sub(mean).mul(load(g + i * BYTES)));
    }
    double total = total(sum, lanes);
    for (long i = whole; i < width; i++) {
      total += (double) (Floats.get(x + i * BYTES) - mean) * Floats.get(g + i * BYTES);
    }
    return total;
  }

  /** {@code y = (x - mean) * scale + shift}. */
  static void affine(long x, long y, int width, float mean, float scale, float shift) {
    int whole = whole(width);
    FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
    for (int i = 0; i < whole; i += LANES) {
      load(x + i * BYTES)
          .sub(mean)
          .fma(FloatVector.broadcast(SPECIES, scale), shifts)
          .intoMemorySegment(MEMORY, y + i * BYTES, ORDER);
    }
    for (long i = whole; i < width; i++) {
      Floats.set(y + i * BYTES, Math.fma(Floats.get(x + i * BYTES) - mean, scale, shift));
    }
  }

  /** Adds values in memory to some of an array. */
  static void add(float[] sums, int index, int count, long values) {
    int whole = whole(count);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector sum = load(sums, index + i).add(load(values + i * BYTES));
      sum.intoArray(sums, index + i);
    }
    for (int i = whole; i < count; i++) {
      sums[index + i] += Floats.get(values + i * BYTES);
    }
  }

  /** {@code y += w x} for so many values of two arrays. */
  static void addScaled(float w, float[] x, int atX, float[] y, int atY, int count) {
    int whole = whole(count);
    FloatVector scale = FloatVector.broadcast(SPECIES, w);
    for (int i = 0; i < whole; i += LANES) {
      load(x, atX + i).fma(scale, load(y, atY + i)).intoArray(y, atY + i);
    }
    for (int i = whole; i < count; i++) {
      y[atY + i] = Math.fma(x[atX + i], w, y[atY + i]);
    }
  }

  /** The sum of the products of so many values of two arrays. */
  static double dot(float[] x, int atX, float[] y, int atY, int count, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int whole = whole(count);
    for (int i = 0; i < whole; i += LANES) {
      sum = load(x, atX + i).fma(load(y, atY + i), sum);
    }
    double total = total(sum, lanes);
    for (int i = whole; i < count; i++) {
      total += (double) x[atX + i] * y[atY + i];
    }
    return total;
  }

  /** The sum of an array's first values. */
  static double sum(float[] x, int count, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int whole = whole(count);
    for (int i = 0; i < whole; i += LANES) {
      sum = sum.add(load(x, i));
    }
    double total = total(sum, lanes);
    for (int i = whole; i < count; i++) {
      total += x[i];
    }
    return total;
  }
}
