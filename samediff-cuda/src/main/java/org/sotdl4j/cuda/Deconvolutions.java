package org.sotdl4j.cuda;

import java.util.List;

/**
 * ND4J's {@code deconv2d} of x [B, in, h, w] with a weight [k, k, out, in]: what the gradient of a
 * convolution by its maps is.
 */
final class Deconvolutions {

  /** From ND4J's layout to that of a convolution from out to in channels, [in, out, k, k]. */
  private static final long[] ORDER = {3, 2, 0, 1};

  private static final long[] BACK = {2, 3, 1, 0};

  private Deconvolutions() {}

  static void forward(Emitter emitter, Window window, List<Buffer> in, Buffer out) {
    Buffer weight = turned(emitter, in.get(1));
    new Convolutions(emitter, window, out, weight, in.getFirst()).byMaps();
  }

  /** From x, weight and the upstream gradient: the gradients by x and weight. */
  static void backward(Emitter emitter, Window window, List<Buffer> in, List<Buffer> out) {
    Buffer g = in.getLast();
    Buffer weight = turned(emitter, in.get(1));
    new Convolutions(emitter, window, g, weight, out.getFirst()).forward(null);
    new Convolutions(emitter, window, g, weight, in.getFirst()).byWeight();
    Copies.permute(emitter, BACK, weight, out.get(1));
  }

  private static Buffer turned(Emitter emitter, Buffer weight) {
    Buffer turned = emitter.scratch(weight.size(3), weight.size(2), weight.size(0), weight.size(1));
    Copies.permute(emitter, ORDER, weight, turned);
    return turned;
  }
}
