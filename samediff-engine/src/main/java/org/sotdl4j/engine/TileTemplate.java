package org.sotdl4j.engine;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The code of all tiles; {@link Template} makes a class of it for each {@link Tile.Kind}. */
final class TileTemplate implements Tile {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private static final Kind KIND = Template.data(MethodHandles.lookup(), Kind.class);
  private static final boolean TRANSPOSED = KIND.transposed();
  private static final boolean WHOLE = KIND.whole();
  private static final boolean INDEXED = KIND.indexed();

  @Override
  public void accumulate(
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      int[] rows,
      int firstRow,
      float[] c,
      int cAt,
      int cStride,
      int last,
      int k) {
    // Where fewer rows are left, the last one is computed and stored again.
    int row0 = WHOLE ? 0 : Math.min(0, last);
    int row1 = WHOLE ? 1 : Math.min(1, last);
    int row2 = WHOLE ? 2 : Math.min(2, last);
    int row3 = WHOLE ? 3 : Math.min(3, last);
    int row4 = WHOLE ? 4 : Math.min(4, last);
    // The values of a column are neighbours, for which the JIT checks an array's bounds once.
    int at0 = aAt + (TRANSPOSED ? row0 : row0 * aStride);
    int at1 = aAt + (TRANSPOSED ? row1 : row1 * aStride);
    int at2 = aAt + (TRANSPOSED ? row2 : row2 * aStride);
    int at3 = aAt + (TRANSPOSED ? row3 : row3 * aStride);
    int at4 = aAt + (TRANSPOSED ? row4 : row4 * aStride);
    FloatVector sum0a = FloatVector.zero(SPECIES);
    FloatVector sum0b = FloatVector.zero(SPECIES);
    FloatVector sum1a = FloatVector.zero(SPECIES);
    FloatVector sum1b = FloatVector.zero(SPECIES);
    FloatVector sum2a = FloatVector.zero(SPECIES);
    FloatVector sum2b = FloatVector.zero(SPECIES);
    FloatVector sum3a = FloatVector.zero(SPECIES);
    FloatVector sum3b = FloatVector.zero(SPECIES);
    FloatVector sum4a = FloatVector.zero(SPECIES);
    FloatVector sum4b = FloatVector.zero(SPECIES);
    for (int inner = 0; inner < k; inner++) {
      int from = bAt + (INDEXED ? rows[firstRow + inner] : inner * COLUMNS);
      FloatVector first = FloatVector.fromArray(SPECIES, b, from);
      FloatVector second = FloatVector.fromArray(SPECIES, b, from + LANES);
      int column = TRANSPOSED ? inner * aStride : inner;
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[at0 + column]);
      sum0a = first.fma(x0, sum0a);
      sum0b = second.fma(x0, sum0b);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[at1 + column]);
      sum1a = first.fma(x1, sum1a);
      sum1b = second.fma(x1, sum1b);
      FloatVector x2 = FloatVector.broadcast(SPECIES, a[at2 + column]);
      sum2a = first.fma(x2, sum2a);
      sum2b = second.fma(x2, sum2b);
      FloatVector x3 = FloatVector.broadcast(SPECIES, a[at3 + column]);
      sum3a = first.fma(x3, sum3a);
      sum3b = second.fma(x3, sum3b);
      FloatVector x4 = FloatVector.broadcast(SPECIES, a[at4 + column]);
      sum4a = first.fma(x4, sum4a);
      sum4b = second.fma(x4, sum4b);
    }
    int to0 = cAt + row0 * cStride;
    int to1 = cAt + row1 * cStride;
    int to2 = cAt + row2 * cStride;
    int to3 = cAt + row3 * cStride;
    int to4 = cAt + row4 * cStride;
    // All are read before any is written, because rows may be the same.
    sum0a = sum0a.add(FloatVector.fromArray(SPECIES, c, to0));
    sum0b = sum0b.add(FloatVector.fromArray(SPECIES, c, to0 + LANES));
    sum1a = sum1a.add(FloatVector.fromArray(SPECIES, c, to1));
    sum1b = sum1b.add(FloatVector.fromArray(SPECIES, c, to1 + LANES));
    sum2a = sum2a.add(FloatVector.fromArray(SPECIES, c, to2));
    sum2b = sum2b.add(FloatVector.fromArray(SPECIES, c, to2 + LANES));
    sum3a = sum3a.add(FloatVector.fromArray(SPECIES, c, to3));
    sum3b = sum3b.add(FloatVector.fromArray(SPECIES, c, to3 + LANES));
    sum4a = sum4a.add(FloatVector.fromArray(SPECIES, c, to4));
    sum4b = sum4b.add(FloatVector.fromArray(SPECIES, c, to4 + LANES));
    sum0a.intoArray(c, to0);
    sum0b.intoArray(c, to0 + LANES);
    sum1a.intoArray(c, to1);
    sum1b.intoArray(c, to1 + LANES);
    sum2a.intoArray(c, to2);
    sum2b.intoArray(c, to2 + LANES);
    sum3a.intoArray(c, to3);
    sum3b.intoArray(c, to3 + LANES);
    sum4a.intoArray(c, to4);
    sum4b.intoArray(c, to4 + LANES);
  }
}
