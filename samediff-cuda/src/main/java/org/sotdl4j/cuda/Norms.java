package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.address;
import static org.sotdl4j.cuda.Emitter.value;

import java.util.List;
import org.sotdl4j.cuda.Launch.Blocks;

/** Layer norm, batch norm and their gradients. */
final class Norms {

  /** Threads for a channel of all maps. */
  private static final int THREADS = 256;

  /** Rows of which a block adds up the contributions to the gradients of weight and bias. */
  private static final int ROWS = 128;

  private Norms() {}

  /** As many threads as a row keeps busy. */
  static int threads(long width) {
    return Math.clamp(Math.ceilDiv(width, 128L) * 32, 32, THREADS);
  }

  /** From x, weight and bias: y and the rows' means and 1 / sqrt(variance + eps). */
  static void layerNorm(Emitter emitter, double eps, List<Buffer> in, List<Buffer> out) {
    Buffer x = in.getFirst();
    int width = x.size(-1);
    emitter.launch(
        "layer_norm",
        Blocks.of(x.length() / width),
        threads(width),
        address(x),
        address(in.get(1)),
        address(in.get(2)),
        address(out.getFirst()),
        address(out.get(1)),
        address(out.get(2)),
        value(width),
        value((float) eps));
  }

  /** From g, x, weight, mean and rstd: the gradients by x, weight and bias. */
  static void layerNormGradient(Emitter emitter, List<Buffer> in, List<Buffer> out) {
    Buffer g = in.getFirst();
    Buffer x = in.get(1);
    int width = x.size(-1);
    int rows = Math.toIntExact(x.length() / width);
    int parts = Math.ceilDiv(rows, ROWS);
    Buffer partial = emitter.scratch(2, parts, width);
    Buffer ofWeight = Buffer.floats(partial.address(), parts, width);
    Buffer ofBias =
        Buffer.floats(partial.address() + (long) parts * width * Float.BYTES, parts, width);
    // First, because the gradient by x may lie where g lies.
    emitter.launch(
        "layer_norm_bp_parameters",
        new Blocks(Math.ceilDiv(width, 64), parts, 1),
        64,
        address(g),
        address(x),
        address(in.get(3)),
        address(in.get(4)),
        address(ofWeight),
        address(ofBias),
        value(rows),
        value(width),
        value(ROWS));
    long[] all = {parts, width};
    Elementwise.of(Function.COPY, ofWeight).sum(emitter, all, out.get(1).reshaped(1, width), 1);
    Elementwise.of(Function.COPY, ofBias).sum(emitter, all, out.get(2).reshaped(1, width), 1);
    emitter.launch(
        "layer_norm_bp",
        Blocks.of(rows),
        threads(width),
        address(g),
        address(x),
        address(in.get(2)),
        address(in.get(3)),
        address(in.get(4)),
        address(out.getFirst()),
        value(width));
  }

  /** From maps x, weight and bias: y and the channels' means and variances. */
  static void batchNorm(Emitter emitter, double eps, List<Buffer> in, List<Buffer> out) {
    Buffer x = in.getFirst();
    emitter.launch(
        "batch_norm",
        Blocks.of(x.size(1)),
        THREADS,
        address(x),
        address(in.get(1)),
        address(in.get(2)),
        address(out.getFirst()),
        address(out.get(1)),
        address(out.get(2)),
        value(x.size(0)),
        value(pixels(x)),
        value((float) eps));
  }

  private static int pixels(Buffer maps) {
    return Math.toIntExact(maps.product(2, 4));
  }

  /** From g, x, weight, mean and variance: the gradients by x, weight and bias. */
  static void batchNormGradient(Emitter emitter, double eps, List<Buffer> in, List<Buffer> out) {
    Buffer x = in.get(1);
    emitter.launch(
        "batch_norm_bp",
        Blocks.of(x.size(1)),
        THREADS,
        address(in.getFirst()),
        address(x),
        address(in.get(2)),
        address(in.get(3)),
        address(in.get(4)),
        address(out.getFirst()),
        address(out.get(1)),
        address(out.get(2)),
        value(x.size(0)),
        value(pixels(x)),
        value((float) eps));
  }

  /** From maps x and, of each channel, running mean and variance, weight and bias. */
  static void runningNorm(Emitter emitter, double eps, List<Buffer> in, Buffer out) {
    Buffer x = in.getFirst();
    emitter.launch(
        "running_norm",
        new Blocks(x.size(1), x.size(0), 1),
        THREADS,
        address(x),
        address(in.get(1)),
        address(in.get(2)),
        address(in.get(3)),
        address(in.get(4)),
        address(out),
        value(pixels(x)),
        value((float) eps));
  }
}
