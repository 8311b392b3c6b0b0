package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution, a picture at a time and some rows of its output at a time: what the kernel sees at
 * each output pixel is laid out as a column, and the products of matrices work on these columns in
 * the cache.
 */
record ConvolutionKernel(
    int batch,
    int in,
    int height,
    int width,
    int out,
    int outHeight,
    int outWidth,
    int kernel,
    int stride,
    int padding) {

  /** Floats of the columns of a tile, which the second-level cache should hold. */
  private static final int TILE = 64 * 1024;

  /** Groups of pictures whose contributions to the weight's gradient are added up apart. */
  private static final int GROUPS = 16;

  static ConvolutionKernel of(Convolution c, INDArray x, INDArray weight) {
    int height = (int) x.size(2);
    int width = (int) x.size(3);
    return new ConvolutionKernel(
        (int) x.size(0),
        (int) x.size(1),
        height,
        width,
        (int) weight.size(0),
        (height + 2 * c.padding() - c.kernel()) / c.stride() + 1,
        (width + 2 * c.padding() - c.kernel()) / c.stride() + 1,
        c.kernel(),
        c.stride(),
        c.padding());
  }

  /** Values that the kernel sees at a pixel. */
  int depth() {
    return in * kernel * kernel;
  }

  /** Rows of the padded input that a tile sees. */
  private int band() {
    return (rows() - 1) * stride + kernel;
  }

  private int paddedWidth() {
    return width + 2 * padding;
  }

  /** Rows of the output done at a time. */
  private int rows() {
    return Math.clamp(TILE / depth() / outWidth, 1, outHeight);
  }

  /** Floats of a row of a tile's matrices, a value for each of its pixels. */
  private int tile() {
    return SmallProduct.padded(rows() * outWidth);
  }

  private long inputBytes() {
    return (long) in * height * width * BYTES;
  }

  private long outputBytes() {
    return (long) out * outHeight * outWidth * BYTES;
  }

  /** Memory of one thread. */
  private final class Tile {
    final float[] map = Borrowed.take(in * band() * paddedWidth());
    final float[] columns = Borrowed.take(depth() * tile());
    final float[] result = Borrowed.take(out * tile());
    final float[] upstream = Borrowed.take(out * tile());
    final float[] upstreamTurned = Borrowed.take(tile() * SmallProduct.padded(out));
    final float[] byColumns = Borrowed.take(depth() * tile());
    final float[] byMap = Borrowed.take(in * band() * paddedWidth());

    Tile() {
      Arrays.fill(map, 0); // what is beside the picture stays so
    }

    void giveBack() {
      Borrowed.give(map, columns, result, upstream, upstreamTurned, byColumns, byMap);
    }
  }

  /** Does something with the pictures of a group. */
  private interface Group {
    void run(int group, int from, int to, Tile tile);
  }

  /** The groups depend on the number of pictures alone, so results do not depend on the cores. */
  private int groups() {
    return Math.min(batch, GROUPS);
  }

  private void inGroups(Group body) {
    Parallel.chunks(
        groups(),
        1,
        (first, end) -> {
          Tile tile = new Tile();
          for (int group = (int) first; group < end; group++) {
            body.run(group, group * batch / groups(), (group + 1) * batch / groups(), tile);
          }
          tile.giveBack();
        });
  }

  /**
   * Writes the output.
   *
   * @param bias its address; 0 where there is none
   * @param fold changes copies of the weights [out, in, kernel, kernel], behind which there may be
   *     more, and of the biases [out], in each run
   */
  Step forward(long x, long weight, long bias, long y, BiConsumer<float[], float[]> fold) {
    return () -> {
      float[] weights = Borrowed.take(out * depth());
      float[] biases = new float[out];
      Floats.read(weight, weights, 0, out * depth());
      if (bias != 0) {
        Floats.read(bias, biases, 0, out);
      }
      fold.accept(weights, biases);
      inGroups((group, from, to, s) -> {
        for (int b = from; b < to; b++) {
          for (int row = 0; row < outHeight; row += rows()) {
            int count = Math.min(rows(), outHeight - row);
            readBand(x + b * inputBytes(), row, s.map);
            columns(s.map, count, s.columns);
            for (int o = 0; o < out; o++) {
              Arrays.fill(s.result, o * tile(), (o + 1) * tile(), biases[o]);
            }
            SmallProduct.accumulate(
                weights, 0, depth(), false, s.columns, 0, tile(), s.result, 0, tile(), out,
                depth());
            for (int o = 0; o < out; o++) {
              long to1 = ((long) o * outHeight + row) * outWidth * BYTES;
              Floats.write(s.result, o * tile(), y + b * outputBytes() + to1, count * outWidth);
            }
          }
        }
      });
      Borrowed.give(weights);
    };
  }

  /** Writes the gradients; the address of the gradient by x is 0 where nobody needs it. */
  Step backward(long upstream, long x, long weight, long byWeight, long byBias, long byX) {
    int outStride = SmallProduct.padded(out);
    return () -> {
      float[] weights = Borrowed.take(out * depth());
      float[][] products = new float[groups()][];
      Arrays.setAll(products, group -> Borrowed.take(depth() * outStride));
      double[][] sums = new double[groups()][out];
      Floats.read(weight, weights, 0, out * depth());
      inGroups((group, from, to, s) -> {
        Arrays.fill(products[group], 0, depth() * outStride, 0);
        for (int b = from; b < to; b++) {
          if (byX != 0) {
            MEMORY.asSlice(byX + b * inputBytes(), inputBytes()).fill((byte) 0);
          }
          for (int row = 0; row < outHeight; row += rows()) {
            int count = Math.min(rows(), outHeight - row);
            int pixels = count * outWidth;
            readUpstream(upstream + b * outputBytes(), row, pixels, s, sums[group]);
            readBand(x + b * inputBytes(), row, s.map);
            columns(s.map, count, s.columns);
            SmallProduct.accumulate(
                s.columns,
                0,
                tile(),
                false,
                s.upstreamTurned,
                0,
                outStride,
                products[group],
                0,
                outStride,
                depth(),
                pixels);
            if (byX != 0) {
              Arrays.fill(s.byColumns, 0, depth() * tile(), 0);
              SmallProduct.accumulate(
                  weights,
                  0,
                  depth(),
                  true,
                  s.upstream,
                  0,
                  tile(),
                  s.byColumns,
                  0,
                  tile(),
                  depth(),
                  out);
              readBand(byX + b * inputBytes(), row, s.byMap);
              addColumns(s.byColumns, count, s.byMap);
              writeBand(s.byMap, row, byX + b * inputBytes());
            }
          }
        }
      });
      for (int o = 0; o < out; o++) {
        double sum = 0;
        for (double[] group : sums) {
          sum += group[o];
        }
        Floats.set(byBias + o * BYTES, (float) sum);
        for (int i = 0; i < depth(); i++) {
          double total = 0;
          for (float[] group : products) {
            total += group[i * outStride + o];
          }
          Floats.set(byWeight + ((long) o * depth() + i) * BYTES, (float) total);
        }
      }
      Borrowed.give(weights);
      Borrowed.give(products);
    };
  }

  /** Reads a tile of the upstream gradient as it lies and transposed, and adds up its rows. */
  private void readUpstream(long picture, int row, int pixels, Tile s, double[] sums) {
    int outStride = SmallProduct.padded(out);
    for (int o = 0; o < out; o++) {
      long from = picture + ((long) o * outHeight + row) * outWidth * BYTES;
      Floats.read(from, s.upstream, o * tile(), pixels);
      double sum = 0;
      for (int i = 0; i < pixels; i++) {
        float value = s.upstream[o * tile() + i];
        s.upstreamTurned[i * outStride + o] = value;
        sum += value;
      }
      sums[o] += sum;
    }
  }

  /** Lays out what the kernel sees at the pixels of some rows: [in, kernel, kernel, pixels]. */
  private void columns(float[] map, int count, float[] columns) {
    int to = 0;
    for (int c = 0; c < in; c++) {
      for (int ky = 0; ky < kernel; ky++) {
        for (int kx = 0; kx < kernel; kx++) {
          for (int i = 0; i < count; i++) {
            int from = (c * band() + i * stride + ky) * paddedWidth() + kx;
            if (stride == 1) {
              System.arraycopy(map, from, columns, to + i * outWidth, outWidth);
            } else {
              for (int j = 0; j < outWidth; j++) {
                columns[to + i * outWidth + j] = map[from + j * stride];
              }
            }
          }
          to += tile();
        }
      }
    }
  }

  /** Adds columns to where they were taken from. */
  private void addColumns(float[] columns, int count, float[] map) {
    int from = 0;
    for (int c = 0; c < in; c++) {
      for (int ky = 0; ky < kernel; ky++) {
        for (int kx = 0; kx < kernel; kx++) {
          for (int i = 0; i < count; i++) {
            int to = (c * band() + i * stride + ky) * paddedWidth() + kx;
            for (int j = 0; j < outWidth; j++) {
              map[to + j * stride] += columns[from + i * outWidth + j];
            }
          }
          from += tile();
        }
      }
    }
  }

  /** Reads what a tile sees of a picture, with zeros around it. */
  private void readBand(long picture, int row, float[] map) {
    for (int c = 0; c < in; c++) {
      for (int i = 0; i < band(); i++) {
        int y = row * stride - padding + i;
        int to = (c * band() + i) * paddedWidth();
        if (y < 0 || y >= height) {
          Arrays.fill(map, to, to + paddedWidth(), 0);
        } else {
          Floats.read(picture + line(c, y), map, to + padding, width);
        }
      }
    }
  }

  /** Writes it back, without what is around it. */
  private void writeBand(float[] map, int row, long picture) {
    for (int c = 0; c < in; c++) {
      for (int i = 0; i < band(); i++) {
        int y = row * stride - padding + i;
        if (y >= 0 && y < height) {
          Floats.write(
              map, (c * band() + i) * paddedWidth() + padding, picture + line(c, y), width);
        }
      }
    }
  }

  /** Bytes from a picture's first float to a line of a channel. */
  private long line(int channel, int y) {
    return ((long) channel * height + y) * width * BYTES;
  }
}
