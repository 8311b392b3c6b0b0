package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * A square convolution of x [B, in, H, W] with a weight [out, in, kernel, kernel] and perhaps a
 * bias [out], as products of matrices. libnd4j's own is fast forward, but its gradient spends most
 * of its time on reordering.
 */
public record Convolution(int kernel, int stride, int padding) implements Operation {

  /** The further settings of ND4J's ops: dilation, mode, and one or two formats. */
  private static final long[] USUAL = {1, 1, 0, 0, 0};

  /** Finds the op on a weight that was brought to ND4J's layout. */
  static void fuse(Rewriter graph) {
    for (Node node : graph.nodes("conv2d")) {
      Node turned = graph.producer(node.in().get(1), "permute");
      if (turned == null) {
        continue;
      }
      String x = node.in().getFirst();
      String weight = turned.in().getFirst();
      Convolution convolution = of(Rewriter.integers(node));
      boolean matches =
          convolution != null
              && Arrays.equals(Rewriter.integers(turned), new long[] {2, 3, 1, 0})
              && graph.isFloatActivation(x)
              && graph.isFloatLeaf(weight)
              && (node.in().size() < 3 || graph.isFloatLeaf(node.in().get(2)));
      if (matches) {
        List<String> in = new ArrayList<>(node.in());
        in.set(1, weight);
        graph.replace(List.of(turned, node), node, convolution, in);
      }
    }
  }

  /**
   * What an op's settings say, kernel, stride, padding and the {@link #USUAL}, or null where it is
   * something else than this.
   */
  static Convolution of(long[] s) {
    boolean matches =
        (s.length == 10 || s.length == 11)
            && s[0] == s[1]
            && s[2] == s[3]
            && s[4] == s[5]
            && Arrays.equals(s, 6, s.length, USUAL, 0, s.length - 6);
    return matches ? new Convolution((int) s[0], (int) s[2], (int) s[4]) : null;
  }

  /** Whether each pixel of x is seen once at most. */
  boolean isOfPatches() {
    return kernel == stride && padding == 0;
  }

  @Override
  public String name() {
    return "convolution";
  }

  @Override
  public long work(List<INDArray> in, List<INDArray> out) {
    return 2 * out.getFirst().length() * (in.get(1).length() / in.get(1).size(0));
  }

  @Override
  public Binding bind(List<INDArray> in) {
    return bind(in, (weights, biases) -> {});
  }

  /**
   * The same with other weights.
   *
   * @param fold see {@link ConvolutionKernel#forward}
   */
  Binding bind(List<INDArray> in, BiConsumer<float[], float[]> fold) {
    ConvolutionKernel maps = ConvolutionKernel.of(this, in.getFirst(), in.get(1));
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(
            Floats.descriptor(
                maps.batch(), maps.out(), maps.phases().outHeight(), maps.phases().outWidth()));
      }

      @Override
      public Step step(List<INDArray> out) {
        return maps.forward(
            Floats.address(in.getFirst()),
            Floats.address(in.get(1)),
            in.size() < 3 ? 0 : Floats.address(in.get(2)),
            Floats.address(out.getFirst()),
            fold);
      }
    };
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    String x = node.in().getFirst();
    boolean byInput = tape.needs(x);
    List<String> made =
        tape.add(
            new Gradient(this, byInput),
            List.of(upstream.getFirst(), x, node.in().get(1)),
            byInput ? 3 : 2);
    return Arrays.asList(byInput ? made.get(2) : null, made.get(0), made.get(1))
        .subList(0, node.in().size());
  }

  /** From the upstream gradient, x and weight the gradients by weight, bias, and perhaps x. */
  public record Gradient(Convolution convolution, boolean byInput) implements Operation {

    @Override
    public String name() {
      return "convolution_bp";
    }

    @Override
    public long work(List<INDArray> in, List<INDArray> out) {
      return (byInput ? 4 : 2) * in.getFirst().length() * (in.get(2).length() / in.get(2).size(0));
    }

    @Override
    public Binding bind(List<INDArray> in) {
      ConvolutionKernel maps = ConvolutionKernel.of(convolution, in.get(1), in.get(2));
      List<LongShapeDescriptor> outputs = new ArrayList<>();
      outputs.add(Floats.descriptor(in.get(2).shape()));
      outputs.add(Floats.descriptor(maps.out()));
      if (byInput) {
        outputs.add(Floats.descriptor(in.get(1).shape()));
      }
      return new Binding() {
        @Override
        public List<LongShapeDescriptor> outputs() {
          return outputs;
        }

        @Override
        public Step step(List<INDArray> out) {
          long upstream = Floats.address(in.getFirst());
          Step weights =
              maps.byWeight(
                  upstream,
                  Floats.address(in.get(1)),
                  Floats.address(out.getFirst()),
                  Floats.address(out.get(1)));
          if (!byInput) {
            return weights;
          }
          Step inputs =
              maps.byInput(upstream, Floats.address(in.get(2)), Floats.address(out.get(2)));
          return () -> {
            weights.run();
            inputs.run();
          };
        }
      };
    }
  }
}
