package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Arrays;

/**
 * The gradient by the weight of a convolution of many small maps: for a panel of output channels at
 * a time, the products of the input's maps, shifted for each place of the kernel, with the
 * transposed upstream gradient. The pixels of all pictures are the inner axis, so each sum is in
 * one place and no thread adds to another's.
 */
record WeightGradient(int batch, int in, int out, Phases phases) {

  /** Pixels of a map above which {@link RowProducts} need not transpose it. */
  private static final int SMALL = 1024;

  /** Floats of the sums of a panel, which the second-level cache should hold. */
  private static final int SUMS = 256 * 1024;

  /** Whether this is faster than adding up the pixels in the lanes of vectors. */
  boolean pays() {
    return pixels() <= SMALL && in >= Rows.LANES && sums() <= SUMS;
  }

  /** Pixels of a map of the output, with those beside it that are zero. */
  private int pixels() {
    return phases.outHeight() * phases.phaseWidth();
  }

  private int window() {
    return phases.kernel() * phases.kernel();
  }

  private int sums() {
    return window() * in * SmallProduct.PANEL;
  }

  /** Floats from a channel of the input to the next. */
  private int perChannel() {
    return phases.count() * phases.plane();
  }

  /** Writes the gradients by weight and bias. */
  void write(long upstream, long x, long byWeight, long byBias) {
    Parallel.chunks(
        Math.ceilDiv(out, SmallProduct.PANEL),
        1,
        (from, to) -> {
          Panel panel = new Panel();
          for (long i = from; i < to; i++) {
            int first = (int) i * SmallProduct.PANEL;
            panel.sum(upstream, x, first, Math.min(SmallProduct.PANEL, out - first));
            panel.write(byWeight, byBias);
          }
          panel.giveBack();
        });
  }

  /** Some channels of the output. */
  private final class Panel {
    private final float[] maps = Borrowed.take(in * perChannel());
    private final float[] gradient = Borrowed.take(pixels() * SmallProduct.PANEL);
    private final float[] line = Borrowed.take(phases.width());

    /** [window, in, stride]. */
    private final float[] sums = Borrowed.take(sums());

    private final double[] biases = new double[SmallProduct.PANEL];
    private int first;
    private int count;
    private int stride;

    Panel() {
      // What is behind the lines is multiplied by zeros, so it has to be a number.
      Arrays.fill(maps, 0, in * perChannel(), 0);
    }

    void giveBack() {
      Borrowed.give(maps, gradient, line, sums);
    }

    /** Adds up the pixels of all pictures for so many channels. */
    void sum(long upstream, long x, int firstChannel, int channels) {
      first = firstChannel;
      count = channels;
      stride = SmallProduct.padded(channels);
      Arrays.fill(sums, 0, window() * in * stride, 0);
      Arrays.fill(biases, 0);
      Arrays.fill(gradient, 0, pixels() * stride, 0);
      for (long picture = 0; picture < batch; picture++) {
        for (int c = 0; c < in; c++) {
          long map = x + (picture * in + c) * phases.bytes();
          phases.read(map, maps, c * perChannel(), line);
        }
        transpose(upstream + (picture * out + first) * phases.outBytes());
        for (int place = 0; place < window(); place++) {
          SmallProduct.accumulate(
              maps,
              phases.place(place),
              perChannel(),
              false,
              gradient,
              0,
              sums,
              place * in * stride,
              stride,
              in,
              pixels());
        }
      }
    }

    /** Lays out the upstream gradient as [pixels, stride]. */
    private void transpose(long maps) {
      int width = phases.outWidth();
      for (int o = 0; o < count; o++) {
        double total = 0;
        for (int i = 0; i < phases.outHeight(); i++) {
          long from = maps + o * phases.outBytes() + (long) i * width * BYTES;
          int to = i * phases.phaseWidth() * stride + o;
          for (int j = 0; j < width; j++) {
            float value = Floats.get(from + j * BYTES);
            gradient[to + j * stride] = value;
            total += value;
          }
        }
        biases[o] += total;
      }
    }

    void write(long byWeight, long byBias) {
      for (int o = 0; o < count; o++) {
        Floats.set(byBias + (first + o) * BYTES, (float) biases[o]);
        long filter = byWeight + (long) (first + o) * in * window() * BYTES;
        for (int place = 0; place < window(); place++) {
          for (int c = 0; c < in; c++) {
            float sum = sums[(place * in + c) * stride + o];
            Floats.set(filter + ((long) c * window() + place) * BYTES, sum);
          }
        }
      }
    }
  }
}
