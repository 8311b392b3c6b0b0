package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * Batch normalisation of maps [B, C, H, W] by running statistics, which is {@code x * scale +
 * shift} for each channel, in one pass. For inference: it has no gradient. Inputs: x and, of C
 * values each, mean, variance, weight and bias.
 */
public record RunningNorm(double eps) implements Operation {

  /** Finds the norm written in small ops. */
  static void fuse(Rewriter graph) {
    graph.nodes("add").forEach(shifted -> fuse(graph, shifted));
  }

  private static void fuse(Rewriter graph, Node shifted) {
    Node scaled = graph.producer(shifted.in().getFirst(), "multiply");
    Node bias = graph.producer(shifted.in().get(1), "reshape");
    Node centred = scaled == null ? null : graph.producer(scaled.in().getFirst(), "subtract");
    Node scale = scaled == null ? null : graph.producer(scaled.in().get(1), "divide");
    Node mean = centred == null ? null : graph.producer(centred.in().get(1), "reshape");
    Node weight = scale == null ? null : graph.producer(scale.in().getFirst(), "reshape");
    Node root = scale == null ? null : graph.producer(scale.in().get(1), "sqrt");
    Node guarded = root == null ? null : graph.producer(root.in().getFirst(), "add_scalar");
    Node variance = guarded == null ? null : graph.producer(guarded.in().getFirst(), "reshape");
    if (bias == null || mean == null || weight == null || variance == null) {
      return;
    }
    String x = centred.in().getFirst();
    long[] shape = graph.shape(x);
    List<Node> vectors = List.of(mean, variance, weight, bias);
    boolean matches =
        shape != null
            && shape.length == 4
            && graph.isFloatActivation(x)
            && vectors.stream().allMatch(v -> isPerChannel(graph, v, shape[1]));
    if (matches) {
      graph.replace(
          List.of(mean, centred, variance, guarded, root, weight, scale, scaled, bias, shifted),
          shifted,
          new RunningNorm(Rewriter.scalar(guarded)),
          List.of(
              x,
              mean.in().getFirst(),
              variance.in().getFirst(),
              weight.in().getFirst(),
              bias.in().getFirst()));
    }
  }

  private static boolean isPerChannel(Rewriter graph, Node vector, long channels) {
    long[] shape = graph.shape(vector.onlyOut());
    return graph.isFloatVector(vector.in().getFirst(), channels)
        && shape.length == 4
        && shape[1] == channels;
  }

  @Override
  public String name() {
    return "running_norm";
  }

  /** What the norm does to a channel, by its arrays as they are now. */
  record Affine(List<INDArray> vectors, double eps) {

    /**
     * @param vectors mean, variance, weight and bias
     */
    Affine {}

    private float value(int vector, int channel) {
      return Floats.get(Floats.address(vectors.get(vector)) + channel * BYTES);
    }

    float mean(int channel) {
      return value(0, channel);
    }

    float bias(int channel) {
      return value(3, channel);
    }

    float scale(int channel) {
      return (float) (value(2, channel) / Math.sqrt(value(1, channel) + eps));
    }

    float shift(int channel) {
      return value(3, channel) - value(0, channel) * scale(channel);
    }
  }

  @Override
  public Binding bind(List<INDArray> in) {
    INDArray x = in.getFirst();
    int channels = Math.toIntExact(x.size(1));
    int width = Math.toIntExact(x.size(2) * x.size(3));
    Affine affine = new Affine(in.subList(1, in.size()), eps);
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(Floats.descriptor(x.shape()));
      }

      @Override
      public Step step(List<INDArray> out) {
        long from = Floats.address(x);
        long to = Floats.address(out.getFirst());
        return () ->
            Parallel.run(
                x.size(0) * channels,
                width,
                (first, end) -> {
                  for (long map = first; map < end; map++) {
                    int c = (int) (map % channels);
                    long at = map * width * BYTES;
                    Rows.affine(
                        from + at, to + at, width, affine.mean(c), affine.scale(c), affine.bias(c));
                  }
                });
      }

      @Override
      public boolean isInPlace(int input) {
        return input == 0;
      }
    };
  }
}
