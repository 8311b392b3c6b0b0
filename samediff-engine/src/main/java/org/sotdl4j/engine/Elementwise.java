package org.sotdl4j.engine;

/** Applies functions to arrays of which some are spread over the others. */
final class Elementwise {

  /** Floats in a row of arrays that have the same shape; the rows are arbitrary there. */
  private static final long RUN = 4096;

  /** Rows added up in float before they go into a double. */
  private static final int BLOCK = 64;

  private final Broadcast broadcast;
  private final long rows;
  private final long middles;
  private final long width;

  Elementwise(Broadcast broadcast) {
    this.broadcast = broadcast;
    long length = broadcast.length();
    if (broadcast.isSame()) {
      middles = 1;
      width = Math.min(RUN, length);
      rows = (length + width - 1) / width;
    } else if (broadcast.inner() == 1) {
      middles = 1;
      width = broadcast.middle();
      rows = broadcast.outer();
    } else {
      middles = broadcast.middle();
      width = broadcast.inner();
      rows = broadcast.outer() * middles;
    }
  }

  /** An array of the full or of the small shape. */
  Operand operand(Floats array) {
    return operand(array.address(), array.length());
  }

  /** As many floats as the full or the small shape has. */
  Operand operand(long address, long length) {
    if (length == broadcast.length()) {
      return new Operand(address, 0, width, 0, false);
    }
    return broadcast.inner() == 1
        ? new Operand(address, 0, 0, 0, false)
        : new Operand(address, 0, 0, 1, true);
  }

  /** {@code out = function(x, y, z)}, of the full shape. */
  Step map(Lanes function, Operand x, Operand y, Operand z, long out) {
    Parallel.Range body = body(function, x, y, z, out);
    return () -> Parallel.run(rows, width, body);
  }

  /** The same as a part of a sweep. */
  void map(Sweep sweep, Lanes function, Operand x, Operand y, Operand z, long out) {
    sweep.add(rows, width, body(function, x, y, z, out));
  }

  private Parallel.Range body(Lanes function, Operand x, Operand y, Operand z, long out) {
    Loop loop = Loop.of(function, x, y, z);
    return (from, to) -> loop.map(x, y, z, out, from, to, middles, width, broadcast.length());
  }

  /** {@code out = factor * sum of function(x, y, z)}, of the small shape. */
  Step sum(Lanes function, Operand x, Operand y, Operand z, long out, double factor) {
    if (broadcast.isSame()) { // nothing to add up; a mean's factor is 1 then
      return map(function, x, y, z, out);
    }
    Loop loop = Loop.of(function, x, y, z);
    if (broadcast.inner() == 1) {
      return () -> sumColumns(loop, x, y, z, out, factor);
    }
    return () ->
        Parallel.run(
            middles,
            broadcast.outer() * width,
            (from, to) ->
                loop.sumRows(x, y, z, out, factor, from, to, middles, broadcast.outer(), width));
  }

  private void sumColumns(Loop loop, Operand x, Operand y, Operand z, long out, double factor) {
    int columns = Math.toIntExact(width);
    int blocks = Math.toIntExact((rows + BLOCK - 1) / BLOCK);
    float[] sums = Borrowed.take(Math.multiplyExact(blocks, columns));
    Parallel.run(
        blocks,
        (long) BLOCK * columns,
        (from, to) -> {
          for (long block = from; block < to; block++) {
            loop.sumColumns(
                x,
                y,
                z,
                sums,
                (int) block * columns,
                block * BLOCK,
                Math.min(rows, (block + 1) * BLOCK),
                columns);
          }
        });
    Columns.total(sums, blocks, columns, factor, out);
    Borrowed.give(sums);
  }
}
