package org.sotdl4j.engine;

/**
 * Five rows of two vectors of a product, {@code c += a b}: the ten sums, two vectors of b and five
 * values of a fit into sixteen registers whatever order the JIT gives them. It moves loads forward,
 * so that with six rows sums went to memory in each round, which took half of the speed.
 */
@FunctionalInterface
interface Tile {

  int ROWS = 5;

  int COLUMNS = 2 * Rows.LANES;

  /**
   * What a tile is compiled for.
   *
   * @param transposed whether a lies transposed
   * @param indexed whether the rows of b lie anywhere; else one after the other, without a gap
   */
  record Kind(boolean transposed, boolean indexed) {}

  Tile PANEL = of(new Kind(false, false));
  Tile TRANSPOSED_PANEL = of(new Kind(true, false));
  Tile INDEXED = of(new Kind(false, true));
  Tile TRANSPOSED_INDEXED = of(new Kind(true, true));

  private static Tile of(Kind kind) {
    return (Tile) Template.instance(TileTemplate.class, kind);
  }

  static Tile of(boolean transposed, boolean indexed) {
    if (transposed) {
      return indexed ? TRANSPOSED_INDEXED : TRANSPOSED_PANEL;
    }
    return indexed ? INDEXED : PANEL;
  }

  /**
   * Adds a tile.
   *
   * @param aStride floats from a row of a to the next, or from a column where it lies transposed
   * @param rows where those of b begin, from bAt on and for the first from {@code firstRow} on;
   *     read only where b is indexed
   * @param last the last of the five rows that there is, 4 where a lies transposed
   * @param k rows of b
   */
  void accumulate(
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
      int k);
}
