package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution, some rows of a picture's output at a time, as products of matrices in the cache
 * whose columns are nowhere laid out: they are rows of the picture's {@link Phases}. The pixels of
 * all rows follow each other, at the price of some beside the output that nobody reads.
 */
record ConvolutionKernel(int batch, int in, int out, Phases phases) {

  /** Floats of the two maps of a tile, which the second-level cache should hold. */
  private static final int TILE = 192 * 1024;

  /** Pixels of a tile: a few rows of them are in the first-level cache. */
  private static final int PIXELS = 1536;

  /** Tiles of a batch, if it has so many rows, so that a single picture has work for all cores. */
  private static final int TILES = 8;

  /** Groups of tiles whose contributions to the weight's gradient are added up apart. */
  private static final int GROUPS = 16;

  static ConvolutionKernel of(Convolution c, INDArray x, INDArray weight) {
    return new ConvolutionKernel(
        (int) x.size(0), (int) x.size(1), (int) weight.size(0), Phases.of(c, x));
  }

  /** Values that the kernel sees at a pixel. */
  int depth() {
    return in * phases.kernel() * phases.kernel();
  }

  private long inputBytes() {
    return in * phases.bytes();
  }

  private long outputBytes() {
    return out * phases.outBytes();
  }

  /** The tiles of all pictures, of which each has so many rows. */
  private final class Tiles {
    final int extent;
    final int perPicture;
    final int rows;

    /** Floats between the phases of a tile and between its output's maps. */
    final int plane;

    Tiles(int extent) {
      int fitting = TILE / (in * phases.count() + out) / phases.phaseWidth() - phases.reach();
      int most = Math.clamp(Math.min(fitting, PIXELS / phases.phaseWidth()), 1, extent);
      int wanted = Math.min(extent, Math.ceilDiv(TILES, batch));
      this.extent = extent;
      this.perPicture = Math.max(wanted, Math.ceilDiv(extent, most));
      this.rows = Math.ceilDiv(extent, perPicture);
      int floats =
          (rows + phases.reach()) * phases.phaseWidth() + 2 * phases.reach() + SmallProduct.PANEL;
      // An odd number of panels: neighbours are not in the same place of the first-level cache.
      this.plane = (Math.ceilDiv(floats, SmallProduct.PANEL) | 1) * SmallProduct.PANEL;
    }

    int groups() {
      return Math.min(batch * perPicture, GROUPS);
    }

    /** The groups depend on the shapes alone, so results do not depend on the cores. */
    void inGroups(Body body) {
      long count = (long) batch * perPicture;
      Parallel.chunks(
          groups(),
          1,
          (first, end) -> {
            Maps maps = new Maps(this);
            for (int group = (int) first; group < end; group++) {
              for (long tile = group * count / groups();
                  tile < (group + 1) * count / groups();
                  tile++) {
                int row = (int) (tile % perPicture) * rows;
                if (row < extent) {
                  body.run(group, tile / perPicture, row, Math.min(rows, extent - row), maps);
                }
              }
            }
            maps.giveBack();
          });
    }

    /** Pixels of so many rows, filled up to a number that the products do fast. */
    int pixels(int count) {
      return Math.ceilDiv(count * phases.phaseWidth(), PIXEL_BLOCK) * PIXEL_BLOCK;
    }
  }

  private static final int PIXEL_BLOCK = 2 * Rows.LANES;

  /** Does something with some rows of a picture. */
  private interface Body {
    void run(int group, long picture, int row, int count, Maps maps);
  }

  /** Memory of one thread. */
  private final class Maps {
    private final Tiles tiles;

    /** Phases of the input [in, phases, plane] and behind them a plane of ones. */
    final float[] x;

    /** Of the output [out, plane], and as many more as {@link RowProducts} wants. */
    final float[] y;

    final float[] line = Borrowed.take(phases.width());
    final float[] sums = Borrowed.take(RowProducts.SUMS);

    Maps(Tiles tiles) {
      this.tiles = tiles;
      int planes = in * phases.count() * tiles.plane;
      x = Borrowed.take(planes + tiles.plane);
      y = Borrowed.take(outColumns() * tiles.plane);
      // What is beside the maps is multiplied by zeros, so it has to be a number.
      Arrays.fill(x, 0, planes, 0);
      Arrays.fill(x, planes, planes + tiles.plane, 1);
      Arrays.fill(y, 0);
    }

    void giveBack() {
      Borrowed.give(x, y, line, sums);
    }

    /** Reads what the kernel sees from some row on. */
    void readInput(long picture, int row) {
      int lines = tiles.rows + phases.reach();
      for (int c = 0; c < in; c++) {
        if (phases.stride() == 1 && phases.padding() == 0) {
          int count = Math.min(lines, phases.height() - row) * phases.width();
          Floats.read(
              picture + c * phases.bytes() + (long) row * phases.width() * BYTES,
              x,
              c * tiles.plane,
              count);
        } else {
          for (int i = 0; i < lines * phases.stride(); i++) {
            int to =
                (c * phases.count() + i % phases.stride() * phases.stride()) * tiles.plane
                    + i / phases.stride() * phases.phaseWidth();
            phases.readLine(
                picture + c * phases.bytes(),
                row * phases.stride() + i - phases.padding(),
                x,
                to,
                tiles.plane,
                line);
          }
        }
      }
    }

    /** Writes the rows of the input's phases that a tile has of its own. */
    void writeInput(long picture, int row, int count) {
      for (int c = 0; c < in; c++) {
        for (int i = 0; i < count * phases.stride(); i++) {
          int y = row * phases.stride() + i - phases.padding();
          if (y < 0 || y >= phases.height()) {
            continue;
          }
          int from =
              (c * phases.count() + i % phases.stride() * phases.stride()) * tiles.plane
                  + i / phases.stride() * phases.phaseWidth();
          phases.writeLine(picture + c * phases.bytes(), y, x, from, tiles.plane, line);
        }
      }
    }

    /** Where the output's first pixel is in its plane: before it is what the kernel reaches. */
    int corner() {
      return phases.reach() * (phases.phaseWidth() + 1);
    }

    /** Reads the rows of the upstream gradient that a tile's input took part in. */
    void readUpstream(long picture, int row) {
      for (int o = 0; o < out; o++) {
        for (int i = 0; i < tiles.rows + phases.reach(); i++) {
          int line = row - phases.reach() + i;
          int to = o * tiles.plane + phases.reach() + i * phases.phaseWidth();
          if (line < 0 || line >= phases.outHeight()) {
            Arrays.fill(y, to, to + phases.phaseWidth(), 0);
          } else {
            Floats.read(picture + outLine(o, line), y, to, phases.outWidth());
            Arrays.fill(y, to + phases.outWidth(), to + phases.phaseWidth(), 0);
          }
        }
      }
    }

    void writeOutput(long picture, int row, int count) {
      for (int o = 0; o < out; o++) {
        if (phases.outWidth() == phases.phaseWidth()) {
          Floats.write(y, o * tiles.plane, picture + outLine(o, row), count * phases.outWidth());
        } else {
          for (int i = 0; i < count; i++) {
            int from = o * tiles.plane + i * phases.phaseWidth();
            Floats.write(y, from, picture + outLine(o, row + i), phases.outWidth());
          }
        }
      }
    }
  }

  private long outLine(int channel, int y) {
    return ((long) channel * phases.outHeight() + y) * phases.outWidth() * BYTES;
  }

  private int outColumns() {
    return Math.ceilDiv(out, RowProducts.COLUMNS) * RowProducts.COLUMNS;
  }

  /** Where the kernel's places begin in the phases, and behind them the ones for the bias. */
  private int[] places(int plane) {
    int[] places = new int[depth() + 1];
    int i = 0;
    for (int c = 0; c < in; c++) {
      for (int ky = 0; ky < phases.kernel(); ky++) {
        for (int kx = 0; kx < phases.kernel(); kx++) {
          places[i++] = c * phases.count() * plane + phases.place(ky, kx, plane);
        }
      }
    }
    places[i] = in * phases.count() * plane;
    return places;
  }

  /**
   * Writes the output.
   *
   * @param bias its address; 0 where there is none
   * @param fold changes copies of the weights [out, in, kernel, kernel], behind which there may be
   *     more, and of the biases [out], in each run
   */
  Step forward(long x, long weight, long bias, long y, BiConsumer<float[], float[]> fold) {
    Product product = PointwiseProduct.is(phases) ? pointwise(x, y) : inTiles(x, y);
    return () -> {
      float[] weights = Borrowed.take(out * depth());
      float[] biases = new float[out];
      Floats.read(weight, weights, 0, out * depth());
      if (bias != 0) {
        Floats.read(bias, biases, 0, out);
      }
      fold.accept(weights, biases);
      product.run(weights, biases);
      Borrowed.give(weights);
    };
  }

  /** Writes the output from weights [out, in, kernel, kernel] and biases [out]. */
  private interface Product {
    void run(float[] weights, float[] biases);
  }

  private Product pointwise(long x, long y) {
    int pixels = phases.height() * phases.width();
    var product = new PointwiseProduct(batch, pixels, out, in);
    return (weights, biases) -> product.run(weights, false, biases, x, y);
  }

  private Product inTiles(long x, long y) {
    Tiles tiles = new Tiles(phases.outHeight());
    int[] places = places(tiles.plane);
    return (weights, biases) ->
        tiles.inGroups((group, picture, row, count, maps) -> {
          int pixels = tiles.pixels(count);
          maps.readInput(x + picture * inputBytes(), row);
          for (int o = 0; o < out; o++) {
            Arrays.fill(maps.y, o * tiles.plane, o * tiles.plane + pixels, biases[o]);
          }
          SmallProduct.accumulate(
              weights, maps.x, 0, places, maps.y, 0, tiles.plane, out, pixels, depth());
          maps.writeOutput(y + picture * outputBytes(), row, count);
        });
  }

  /** Writes the gradients by weight and bias. */
  Step byWeight(long upstream, long x, long byWeight, long byBias) {
    WeightGradient panels = new WeightGradient(batch, in, out, phases);
    return panels.pays()
        ? () -> panels.write(upstream, x, byWeight, byBias)
        : byWeightInTiles(upstream, x, byWeight, byBias);
  }

  private Step byWeightInTiles(long upstream, long x, long byWeight, long byBias) {
    Tiles tiles = new Tiles(phases.outHeight());
    int[] places = places(tiles.plane);
    int floats = (depth() + 1) * outColumns();
    return () -> {
      float[][] sums = new float[tiles.groups()][];
      Arrays.setAll(sums, group -> Borrowed.take(floats));
      for (float[] group : sums) {
        Arrays.fill(group, 0, floats, 0);
      }
      tiles.inGroups((group, picture, row, count, maps) -> {
        maps.readInput(x + picture * inputBytes(), row);
        maps.readUpstream(upstream + picture * outputBytes(), row);
        RowProducts.accumulate(
            maps.x,
            0,
            places,
            depth() + 1,
            maps.y,
            maps.corner(),
            tiles.plane,
            outColumns(),
            tiles.pixels(count),
            sums[group],
            maps.sums);
      });
      writeSums(sums, byWeight, byBias);
      Borrowed.give(sums);
    };
  }

  /** Writes the gradient by x. */
  Step byInput(long upstream, long weight, long byX) {
    return PointwiseProduct.is(phases)
        ? byInputPointwise(upstream, weight, byX)
        : byInputInTiles(upstream, weight, byX);
  }

  private Step byInputPointwise(long upstream, long weight, long byX) {
    var product = new PointwiseProduct(batch, phases.height() * phases.width(), in, out);
    float[] zeros = new float[in];
    return () -> {
      float[] weights = Borrowed.take(out * in);
      Floats.read(weight, weights, 0, out * in);
      product.run(weights, true, zeros, upstream, byX);
      Borrowed.give(weights);
    };
  }

  private Step byInputInTiles(long upstream, long weight, long byX) {
    Tiles tiles = new Tiles(phases.phaseHeight());
    List<Phase> gradients = new ArrayList<>();
    for (int i = 0; i < phases.count(); i++) {
      gradients.add(new Phase(i / phases.stride(), i % phases.stride(), tiles.plane));
    }
    return () -> {
      gradients.forEach(phase -> phase.take(weight));
      tiles.inGroups((group, picture, row, count, maps) -> {
        maps.readUpstream(upstream + picture * outputBytes(), row);
        gradients.forEach(phase -> phase.multiply(maps, tiles.pixels(count)));
        maps.writeInput(byX + picture * inputBytes(), row, count);
      });
      gradients.forEach(Phase::giveBack);
    };
  }

  private void writeSums(float[][] sums, long byWeight, long byBias) {
    Parallel.run(
        depth() + 1,
        (long) sums.length * out,
        (from, to) -> {
          for (int i = (int) from; i < to; i++) {
            for (int o = 0; o < out; o++) {
              double total = 0;
              for (float[] group : sums) {
                total += group[i * outColumns() + o];
              }
              boolean isBias = i == depth();
              long target =
                  isBias ? byBias + o * BYTES : byWeight + ((long) o * depth() + i) * BYTES;
              Floats.set(target, (float) total);
            }
          }
        });
  }

  /**
   * The gradient by a phase of the input, which is a convolution of the upstream gradient with
   * those of the kernel's places that are in this phase.
   */
  private final class Phase {
    private final int plane;
    private final int number;

    /** The places as indices of a weight [kernel, kernel]. */
    private final int[] window;

    /** Where what they see begins, [out, places]. */
    private final int[] rows;

    private float[] weights;

    Phase(int y, int x, int plane) {
      this.plane = plane;
      this.number = y * phases.stride() + x;
      this.window =
          IntStream.range(0, phases.kernel() * phases.kernel())
              .filter(i ->
                  i / phases.kernel() % phases.stride() == y
                      && i % phases.kernel() % phases.stride() == x)
              .toArray();
      this.rows = new int[out * window.length];
      for (int i = 0; i < rows.length; i++) {
        int place = window[i % window.length];
        rows[i] =
            i / window.length * plane
                - place / phases.kernel() / phases.stride() * phases.phaseWidth()
                - place % phases.kernel() / phases.stride();
      }
    }

    /** Lays out the weights [in, out, places]. */
    void take(long weight) {
      weights = Borrowed.take(in * rows.length);
      int to = 0;
      for (int c = 0; c < in; c++) {
        for (int o = 0; o < out; o++) {
          for (int place : window) {
            long from = ((long) o * in + c) * phases.kernel() * phases.kernel() + place;
            weights[to++] = Floats.get(weight + from * BYTES);
          }
        }
      }
    }

    void giveBack() {
      Borrowed.give(weights);
      weights = null;
    }

    /** Writes the gradient in the place of the phase. */
    void multiply(Maps maps, int pixels) {
      int perChannel = phases.count() * plane;
      for (int c = 0; c < in; c++) {
        int at = c * perChannel + number * plane;
        Arrays.fill(maps.x, at, at + pixels, 0);
      }
      SmallProduct.accumulate(
          weights,
          maps.y,
          maps.corner(),
          rows,
          maps.x,
          number * plane,
          perChannel,
          in,
          pixels,
          rows.length);
    }
  }
}
