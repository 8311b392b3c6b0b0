package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Arrays;

/**
 * What a convolution does whose kernel sees one pixel: the product of a matrix [m, k] with each
 * picture of x [batch, k, pixels]. A panel of columns may hold the end of a picture and the
 * beginning of the next, so that small maps fill it.
 */
record PointwiseProduct(int batch, int pixels, int m, int k) {

  /** Blocks of the result, if it has so many rows, so that few pixels have work for all cores. */
  private static final int BLOCKS = 8;

  /** Rows of a block below which laying out its columns does not pay. */
  private static final int FEW = 48;

  /** Whether a convolution is such a product. */
  static boolean is(Phases phases) {
    return phases.kernel() == 1 && phases.stride() == 1 && phases.padding() == 0;
  }

  /**
   * Writes {@code y = a x + biases}.
   *
   * @param a the matrix, or its transposed
   * @param biases of the rows
   * @param y address of [batch, m, pixels]
   */
  void run(float[] a, boolean transposed, float[] biases, long x, long y) {
    int columns = Math.multiplyExact(batch, pixels);
    int across = Math.ceilDiv(columns, SmallProduct.PANEL);
    int down = Math.clamp(Math.ceilDiv(BLOCKS, across), 1, Math.ceilDiv(m, FEW));
    int perBlock = SmallProduct.wholeRows(Math.ceilDiv(m, down));
    Parallel.chunks(
        (long) across * down,
        1,
        (from, to) -> {
          float[] right = Borrowed.take(k * SmallProduct.PANEL);
          float[] result = Borrowed.take(perBlock * SmallProduct.PANEL);
          for (int block = (int) from; block < to; block++) {
            int left = block / down * SmallProduct.PANEL;
            int count = Math.min(SmallProduct.PANEL, columns - left);
            int stride = SmallProduct.padded(count);
            int top = block % down * perBlock;
            int rows = Math.min(perBlock, m - top);
            if (rows <= 0) {
              continue;
            }
            inPictures(
                left,
                count,
                (picture, pixel, pixelCount, column) -> {
                  long source = x + (picture * k * pixels + pixel) * BYTES;
                  for (int row = 0; row < k; row++) {
                    long line = source + (long) row * pixels * BYTES;
                    Floats.read(line, right, row * stride + column, pixelCount);
                  }
                });
            for (int row = 0; row < rows; row++) {
              Arrays.fill(result, row * stride, (row + 1) * stride, biases[top + row]);
            }
            int corner = transposed ? top : top * k;
            int aStride = transposed ? m : k;
            SmallProduct.accumulate(
                a, corner, aStride, transposed, right, 0, result, 0, stride, rows, k);
            inPictures(
                left,
                count,
                (picture, pixel, pixelCount, column) -> {
                  long target = y + ((picture * m + top) * pixels + pixel) * BYTES;
                  for (int row = 0; row < rows; row++) {
                    long line = target + (long) row * pixels * BYTES;
                    Floats.write(result, row * stride + column, line, pixelCount);
                  }
                });
          }
          Borrowed.give(right, result);
        });
  }

  /** Does something with the pixels of a picture that some columns of a panel are. */
  private interface Segment {
    void run(long picture, int pixel, int count, int column);
  }

  private void inPictures(int left, int count, Segment body) {
    int length;
    for (int at = left; at < left + count; at += length) {
      int pixel = at % pixels;
      length = Math.min(pixels - pixel, left + count - at);
      body.run(at / pixels, pixel, length, at - left);
    }
  }
}
