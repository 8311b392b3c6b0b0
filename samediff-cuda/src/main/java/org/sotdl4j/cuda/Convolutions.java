package org.sotdl4j.cuda;

import org.sotdl4j.cuda.Gemm.Side;
import org.sotdl4j.cuda.Gemm.Size;

/**
 * Convolutions of maps [B, C, H, W] with weights [out, C, k, k] as products of matrices: the
 * windows of some pictures at a time are laid out as columns.
 */
final class Convolutions {

  /** The most memory for columns. */
  private static final long COLUMNS = 1L << 29;

  private final Emitter emitter;
  private final Window window;
  private final Buffer maps;
  private final Buffer weight;
  private final Buffer result;
  private final int batch;
  private final int pixels;
  private final int depth;
  private final int out;
  private final int chunk;

  /**
   * @param maps x or its gradient, [B, C, H, W]
   * @param weight or its gradient
   * @param result the convolution's result or its gradient, [B, out, h, w]
   */
  Convolutions(Emitter emitter, Window window, Buffer maps, Buffer weight, Buffer result) {
    this.emitter = emitter;
    this.window = window;
    this.maps = maps;
    this.weight = weight;
    this.result = result;
    this.batch = maps.size(0);
    this.pixels = Math.toIntExact(result.product(2, 4));
    this.depth = Math.toIntExact(weight.length() / weight.size(0));
    this.out = weight.size(0);
    this.chunk = Math.clamp(COLUMNS / ((long) depth * pixels * Float.BYTES), 1, batch);
  }

  /** Some of the pictures. */
  private interface Chunk {
    void run(int first, int count, Buffer columns);
  }

  private void chunks(Chunk body) {
    boolean isPointwise = window.isPointwise();
    Buffer columns =
        isPointwise
            ? maps
            : emitter.scratch(
                chunk,
                maps.size(1),
                window.kernel(),
                window.kernel(),
                result.size(2),
                result.size(3));
    int step = isPointwise ? batch : chunk;
    for (int first = 0; first < batch; first += step) {
      int count = Math.min(step, batch - first);
      long[] shape = columns.shape().clone();
      shape[0] = count;
      body.run(first, count, columns.reshaped(shape));
    }
  }

  /** The pictures from one on, of an array of pictures. */
  private static Buffer part(Buffer array, int first, int count) {
    long[] shape = array.shape().clone();
    shape[0] = count;
    long each = array.product(1, array.rank());
    return Buffer.floats(array.address() + first * each * Float.BYTES, shape);
  }

  private long perPicture() {
    return (long) out * pixels;
  }

  private Side columnSide(Buffer columns, boolean transposed) {
    return new Side(columns.address(), transposed, (long) depth * pixels);
  }

  /**
   * Fills the result.
   *
   * @param bias [out], or null
   */
  void forward(Buffer bias) {
    chunks((first, count, columns) -> {
      if (!window.isPointwise()) {
        Windows.columns(emitter, window, part(maps, first, count), columns);
      }
      emitter.add(
          new Gemm(
              new Size(count, out, pixels, depth),
              new Side(weight.address(), false, 0),
              columnSide(columns, false),
              part(result, first, count).address(),
              0));
    });
    if (bias != null) {
      Elementwise.of(Function.ADD, result, bias.reshaped(out, 1, 1)).map(emitter, result);
    }
  }

  /** Fills the gradient by the weight. */
  void byWeight() {
    Buffer parts = emitter.scratch(window.isPointwise() ? batch : chunk, out, depth);
    Buffer flat = weight.reshaped(1, out, depth);
    Buffer more = chunk < batch ? emitter.scratch(1, out, depth) : null;
    chunks((first, count, columns) -> {
      if (!window.isPointwise()) {
        Windows.columns(emitter, window, part(maps, first, count), columns);
      }
      emitter.add(
          new Gemm(
              new Size(count, out, depth, pixels),
              new Side(part(result, first, count).address(), false, perPicture()),
              columnSide(columns, true),
              parts.address(),
              0));
      Elementwise sum = Elementwise.of(Function.COPY, part(parts, 0, count));
      long[] full = {count, out, depth};
      sum.sum(emitter, full, first == 0 ? flat : more, 1);
      if (first > 0) {
        Elementwise.of(Function.ADD, flat, more).map(emitter, flat);
      }
    });
  }

  /** Fills the gradient by the maps. */
  void byMaps() {
    chunks((first, count, columns) -> {
      emitter.add(
          new Gemm(
              new Size(count, depth, pixels, out),
              new Side(weight.address(), true, 0),
              new Side(part(result, first, count).address(), false, perPicture()),
              columns.address(),
              0));
      if (!window.isPointwise()) {
        Windows.maps(emitter, window, columns, part(maps, first, count));
      }
    });
  }

  /** Fills the gradient by the bias, [out]. */
  void byBias(Buffer bias) {
    Elementwise.of(Function.COPY, result)
        .sum(emitter, result.shape(), bias.reshaped(1, out, 1, 1), 1);
  }
}
