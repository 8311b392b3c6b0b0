package org.sotdl4j.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Applies a function to rows of floats.
 *
 * <p>Rows are numbered {@code outer * middles + middle}; the operands say what they are in a row.
 */
interface Loop {

  /** Stores the function of the operands for some of the rows; the last row may be shorter. */
  void map(
      Operand x,
      Operand y,
      Operand z,
      long out,
      long firstRow,
      long rows,
      long middles,
      long width,
      long length);

  /** For some middles: the sum of the function over all rows of that middle, times a factor. */
  void sumRows(
      Operand x,
      Operand y,
      Operand z,
      long out,
      double factor,
      long firstMiddle,
      long endMiddle,
      long middles,
      long outer,
      long width);

  /** Adds up some rows, column by column, into {@code sums}. */
  void sumColumns(
      Operand x,
      Operand y,
      Operand z,
      float[] sums,
      int sumsOffset,
      long firstRow,
      long endRow,
      int width);

  /**
   * What a loop is compiled for.
   *
   * @param function one of few constants, because each makes a class
   * @param x whether the first operand is a scalar per row, and so on
   */
  record Kind(Lanes function, boolean x, boolean y, boolean z) {
    static final Map<Kind, Loop> LOOPS = new ConcurrentHashMap<>();
  }

  /** The loop for a function and operands. */
  static Loop of(Lanes function, Operand x, Operand y, Operand z) {
    return Kind.LOOPS.computeIfAbsent(
        new Kind(function, x.scalar(), y.scalar(), z.scalar()), Loop::specialise);
  }

  /** A loop whose function varies boxes every vector; a constant one is inlined. */
  private static Loop specialise(Kind kind) {
    if (Rows.SCALAR) {
      return new ScalarLoop(Twins.of(kind.function()));
    }
    return (Loop) Template.instance(LoopTemplate.class, kind);
  }
}
