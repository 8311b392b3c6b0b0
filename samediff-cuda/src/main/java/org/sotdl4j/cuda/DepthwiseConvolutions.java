package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.address;
import static org.sotdl4j.cuda.Emitter.value;

import java.util.List;
import org.sotdl4j.cuda.Launch.Blocks;

/** Convolutions that keep channels apart, with weights [C, multiplier, k, k]. */
final class DepthwiseConvolutions {

  private static final int THREADS = 256;

  private DepthwiseConvolutions() {}

  /** From x [B, C, H, W], weight and bias. */
  static void forward(Emitter emitter, Window window, List<Buffer> in, Buffer out) {
    Buffer x = in.getFirst();
    emitter.launch(
        "depthwise_convolution",
        Windows.blocks(out.length()),
        THREADS,
        address(x),
        address(in.get(1)),
        address(in.get(2)),
        address(out),
        value(out.length()),
        value(x.size(1)),
        value(in.get(1).size(1)),
        window.sizes(x, out));
  }

  /** From g, x and weight: the gradients by x, weight and bias. */
  static void backward(Emitter emitter, Window window, List<Buffer> in, List<Buffer> out) {
    Buffer g = in.getFirst();
    Buffer x = in.get(1);
    Buffer weight = in.get(2);
    emitter.launch(
        "depthwise_convolution_bp_maps",
        Windows.blocks(x.length()),
        THREADS,
        address(g),
        address(weight),
        address(out.getFirst()),
        value(x.length()),
        value(x.size(1)),
        value(weight.size(1)),
        window.sizes(x, g));
    emitter.launch(
        "depthwise_convolution_bp_weight",
        new Blocks(window.taps(), g.size(1), 1),
        THREADS,
        address(g),
        address(x),
        address(out.get(1)),
        value(x.size(0)),
        value(x.size(1)),
        value(weight.size(1)),
        window.sizes(x, g));
    Elementwise.of(Function.COPY, g)
        .sum(emitter, g.shape(), out.get(2).reshaped(1, g.size(1), 1, 1), 1);
  }
}
