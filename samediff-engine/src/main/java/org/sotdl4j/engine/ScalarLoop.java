package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

/** The scalar twin of {@link LoopTemplate}. */
record ScalarLoop(Twins.Twin function) implements Loop {

  private float value(Operand x, Operand y, Operand z, long row, long middle, long i) {
    return function.apply(at(x, row, middle, i), at(y, row, middle, i), at(z, row, middle, i));
  }

  private static float at(Operand x, long row, long middle, long i) {
    return x.scalar() ? x.value(row, middle) : Floats.get(x.address(row, middle) + i * BYTES);
  }

  @Override
  public void map(
      Operand x,
      Operand y,
      Operand z,
      long out,
      long firstRow,
      long rows,
      long middles,
      long width,
      long length) {
    for (long row = firstRow; row < rows; row++) {
      for (long i = 0; i < Math.min(width, length - row * width); i++) {
        Floats.set(out + (row * width + i) * BYTES, value(x, y, z, row, row % middles, i));
      }
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
    for (long middle = firstMiddle; middle < endMiddle; middle++) {
      double total = 0;
      for (long row = middle; row < outer * middles; row += middles) {
        for (long i = 0; i < width; i++) {
          total += value(x, y, z, row, middle, i);
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
    for (int i = 0; i < width; i++) {
      float sum = 0;
      for (long row = firstRow; row < endRow; row++) {
        sum += value(x, y, z, row, 0, i);
      }
      sums[sumsOffset + i] = sum;
    }
  }
}
