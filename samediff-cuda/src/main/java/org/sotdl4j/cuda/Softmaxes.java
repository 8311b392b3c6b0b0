package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.address;
import static org.sotdl4j.cuda.Emitter.value;

import org.sotdl4j.cuda.Launch.Blocks;

/** Softmax over the last axis, its logarithm, and their gradients. */
final class Softmaxes {

  private Softmaxes() {}

  /**
   * @param kernel softmax or log_softmax
   */
  static void forward(Emitter emitter, String kernel, Buffer x, Buffer out) {
    int width = x.size(-1);
    emitter.launch(
        kernel,
        Blocks.of(x.length() / width),
        Norms.threads(width),
        address(x),
        address(out),
        value(width));
  }

  /**
   * From x and the upstream gradient.
   *
   * @param kernel softmax_bp or log_softmax_bp
   */
  static void backward(Emitter emitter, String kernel, Buffer x, Buffer g, Buffer out) {
    int width = x.size(-1);
    emitter.launch(
        kernel,
        Blocks.of(x.length() / width),
        Norms.threads(width),
        address(x),
        address(g),
        address(out),
        value(width));
  }
}
