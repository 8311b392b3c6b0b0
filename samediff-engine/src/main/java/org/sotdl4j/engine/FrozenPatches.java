package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * Patches of pictures as tokens, by a convolution without a margin whose weight does not change:
 * from [B, in, H, W] to [B, N, out], a product of what the kernel sees with the weight.
 */
record FrozenPatches(PackedWeights weights, Convolution convolution) implements Operation {

  /** Takes the convolution with what turns its maps into tokens. */
  static void fuse(Rewriter graph, PackedWeights weights) {
    for (Node node : graph.nodes()) {
      if (!(node.operation() instanceof Convolution convolution)) {
        continue;
      }
      Node flat = graph.consumer(node.onlyOut(), "reshape");
      Node turned = flat == null ? null : graph.consumer(flat.onlyOut(), "permute");
      boolean matches =
          turned != null
              && convolution.padding() == 0
              && node.in().size() == 3
              && graph.shape(flat.onlyOut()).length == 3
              && graph.shape(flat.onlyOut())[1] == graph.shape(node.onlyOut())[1]
              && Arrays.equals(Rewriter.integers(turned), new long[] {0, 2, 1})
              && weights.of(graph.leaf(node.in().get(1))).isPresent();
      if (matches) {
        graph.replace(
            List.of(node, flat, turned),
            turned,
            new FrozenPatches(weights, convolution),
            node.in());
      }
    }
  }

  @Override
  public String name() {
    return "patches";
  }

  @Override
  public long work(List<INDArray> in, List<INDArray> out) {
    return convolution.work(in, out);
  }

  @Override
  public Binding bind(List<INDArray> in) {
    INDArray weight = in.get(1);
    ConvolutionKernel maps = ConvolutionKernel.of(convolution, in.getFirst(), weight);
    int tokens = maps.phases().outHeight() * maps.phases().outWidth();
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(Floats.descriptor(maps.batch(), tokens, maps.out()));
      }

      @Override
      public Step step(List<INDArray> out) {
        return new PanelProduct(
                source(Floats.address(in.getFirst()), maps),
                false,
                weights.of(weight).orElseThrow(),
                PackedWeights.padded(in.get(2)),
                false,
                0,
                Floats.address(out.getFirst()),
                maps.batch() * tokens,
                maps.out(),
                maps.depth())
            ::run;
      }
    };
  }

  /** What the kernel sees at some pixels: for each channel, line after line. */
  private static PanelProduct.Source source(long x, ConvolutionKernel maps) {
    Phases map = maps.phases();
    int kernel = map.kernel();
    int tokens = map.outHeight() * map.outWidth();
    return (row, rows, to, stride) -> {
      for (int i = 0; i < rows; i++) {
        int picture = (row + i) / tokens;
        int top = (row + i) % tokens / map.outWidth() * map.stride();
        int at = i * stride;
        int left = (row + i) % map.outWidth() * map.stride();
        for (int line = 0; line < maps.in() * kernel; line++, at += kernel) {
          long plane = (long) picture * maps.in() + line / kernel;
          long pixel = (plane * map.height() + top + line % kernel) * map.width() + left;
          Floats.read(x + pixel * BYTES, to, at, kernel);
        }
      }
    };
  }
}
