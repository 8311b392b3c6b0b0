package org.sotdl4j.engine;

/**
 * Five rows of two vectors of a product, {@code c += a b}: the ten sums, two vectors of b and five
 * values of a all but fit into sixteen registers whatever order the JIT gives them. It moves loads
 * forward, so that with six rows, and no bounds to check, it keeps two sums in memory.
 */
@FunctionalInterface
interface Tile {

  int ROWS = 5;

  int COLUMNS = 2 * Rows.LANES;

  /**
   * What a tile is compiled for.
   *
   * @param transposed whether a lies transposed
   * @param whole whether all five rows are there
   * @param indexed whether the rows of b lie anywhere; else one after the other, without a gap
   */
  record Kind(boolean transposed, boolean whole, boolean indexed) {}

  Tile IN_ORDER = of(new Kind(false, false, false));
  Tile IN_ORDER_TRANSPOSED = of(new Kind(true, true, false));
  Tile IN_ORDER_TRANSPOSED_REST = of(new Kind(true, false, false));
  Tile INDEXED = of(new Kind(false, false, true));
  Tile INDEXED_TRANSPOSED = of(new Kind(true, false, true));

  private static Tile of(Kind kind) {
    return (Tile) Template.instance(TileTemplate.class, kind);
  }

  /**
   * The tile for an a and b; where a lies in order, the JIT makes the same of all five rows and of
   * fewer.
   */
  static Tile of(boolean transposed, boolean whole, boolean indexed) {
    if (indexed) {
      return transposed ? INDEXED_TRANSPOSED : INDEXED;
    }
    if (transposed) {
      return whole ? IN_ORDER_TRANSPOSED : IN_ORDER_TRANSPOSED_REST;
    }
    return IN_ORDER;
  }

  /**
   * Adds a tile.
   *
   * @param aStride floats from a row of a to the next, or from a column where it lies transposed
   * @param rows where those of b begin, from bAt on and for the first from {@code firstRow} on;
   *     read only where b is indexed
   * @param last the last of the five rows that there is
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
