package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * Batch normalisation of maps [B, C, H, W] by the batch's own statistics, a channel at a time.
 * Outputs: y, and the channels' mean and variance [1, C, 1, 1].
 */
public record BatchNorm(double eps) implements Operation {

  /** Finds the norm written in small ops. */
  static void fuse(Rewriter graph) {
    graph.nodes("add").forEach(shifted -> fuse(graph, shifted));
  }

  private static void fuse(Rewriter graph, Node shifted) {
    Node scaled = graph.producer(shifted.in().getFirst(), "multiply");
    Node scale = scaled == null ? null : graph.producer(scaled.in().get(1), "divide");
    Node centred = scaled == null ? null : graph.producer(scaled.in().getFirst(), "subtract");
    Node root = scale == null ? null : graph.producer(scale.in().get(1), "sqrt");
    Node guarded = root == null ? null : graph.producer(root.in().getFirst(), "add_scalar");
    Node weight = scale == null ? null : graph.producer(scale.in().getFirst(), "reshape");
    Node bias = graph.producer(shifted.in().get(1), "reshape");
    Means mean = centred == null ? null : Means.of(graph, centred.in().get(1));
    Means variance = guarded == null ? null : Means.of(graph, guarded.in().getFirst());
    Node squares = variance == null ? null : graph.producer(variance.of(), "multiply");
    if (weight == null || bias == null || mean == null || squares == null) {
      return;
    }
    String x = centred.in().getFirst();
    long[] shape = graph.shape(x);
    boolean matches =
        shape != null
            && shape.length == 4
            && mean.of().equals(x)
            && Set.copyOf(squares.in()).equals(Set.of(centred.onlyOut()))
            && graph.isFloatActivation(x)
            && Arrays.equals(graph.shape(mean.total().onlyOut()), new long[] {1, shape[1], 1, 1})
            && Arrays.equals(
                graph.shape(variance.total().onlyOut()), new long[] {1, shape[1], 1, 1})
            && graph.isFloatVector(weight.in().getFirst(), shape[1])
            && graph.isFloatVector(bias.in().getFirst(), shape[1]);
    if (matches) {
      graph.replace(
          List.of(
              mean.rows(),
              mean.total(),
              centred,
              squares,
              variance.rows(),
              variance.total(),
              guarded,
              root,
              weight,
              scale,
              scaled,
              bias,
              shifted),
          shifted,
          new Node(
              new BatchNorm(Rewriter.scalar(guarded)),
              List.of(x, weight.in().getFirst(), bias.in().getFirst()),
              List.of(shifted.onlyOut(), mean.total().onlyOut(), variance.total().onlyOut())));
    }
  }

  /** A mean in two stages, over each row and then over what is left. */
  private record Means(String of, Node rows, Node total) {

    static Means of(Rewriter graph, String variable) {
      Node total = graph.producer(variable, "reduce_mean");
      Node rows = total == null ? null : graph.producer(total.in().getFirst(), "reduce_mean");
      return rows == null || !graph.isMeanOfRows(rows)
          ? null
          : new Means(rows.in().getFirst(), rows, total);
    }
  }

  @Override
  public String name() {
    return "batch_norm";
  }

  /** Does something for a channel, given memory of one vector. */
  private interface PerChannel {
    void run(int channel, float[] lanes);
  }

  /** The shape of the maps. */
  private record Maps(long batch, int channels, int width) {

    static Maps of(INDArray x) {
      return new Maps(
          x.size(0), Math.toIntExact(x.size(1)), Math.toIntExact(x.size(2) * x.size(3)));
    }

    /** Values of a channel. */
    double count() {
      return (double) batch * width;
    }

    /** Bytes from the first map to the map of a sample and channel. */
    long at(long sample, int channel) {
      return (sample * channels + channel) * width * BYTES;
    }

    Step perChannel(PerChannel body) {
      return () ->
          Parallel.run(
              channels,
              3 * batch * width,
              (from, to) -> {
                float[] lanes = new float[Rows.LANES];
                for (int channel = (int) from; channel < to; channel++) {
                  body.run(channel, lanes);
                }
              });
    }
  }

  @Override
  public Binding bind(List<INDArray> in) {
    INDArray x = in.getFirst();
    Maps maps = Maps.of(x);
    LongShapeDescriptor perChannel = Floats.descriptor(1, maps.channels, 1, 1);
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(Floats.descriptor(x.shape()), perChannel, perChannel);
      }

      @Override
      public Step step(List<INDArray> out) {
        long from = Floats.address(x);
        long weights = Floats.address(in.get(1));
        long biases = Floats.address(in.get(2));
        long y = Floats.address(out.getFirst());
        long means = Floats.address(out.get(1));
        long variances = Floats.address(out.get(2));
        return maps.perChannel((c, lanes) -> {
          double sum = 0;
          for (long b = 0; b < maps.batch; b++) {
            sum += Rows.sum(from + maps.at(b, c), maps.width, lanes);
          }
          float mean = (float) (sum / maps.count());
          double squares = 0;
          for (long b = 0; b < maps.batch; b++) {
            squares += Rows.squares(from + maps.at(b, c), maps.width, mean, lanes);
          }
          float variance = (float) (squares / maps.count());
          long at = c * BYTES;
          Floats.set(means + at, mean);
          Floats.set(variances + at, variance);
          float scale = (float) (Floats.get(weights + at) / Math.sqrt(variance + eps));
          for (long b = 0; b < maps.batch; b++) {
            long map = maps.at(b, c);
            Rows.affine(from + map, y + map, maps.width, mean, scale, Floats.get(biases + at));
          }
        });
      }

      @Override
      public boolean isInPlace(int input) {
        return input == 0;
      }
    };
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    return tape.add(
        new Gradient(eps),
        List.of(
            upstream.getFirst(),
            node.in().getFirst(),
            node.in().get(1),
            node.out().get(1),
            node.out().get(2)),
        3);
  }

  /**
   * From the upstream gradient g, x, weight, mean and variance the gradients by x, weight and bias.
   * With n the normalised x the first is {@code weight / sqrt(variance + eps) * (g - mean(g) - n
   * mean(g n))}.
   */
  public record Gradient(double eps) implements Operation {

    @Override
    public String name() {
      return "batch_norm_bp";
    }

    @Override
    public Binding bind(List<INDArray> in) {
      INDArray x = in.get(1);
      Maps maps = Maps.of(x);
      LongShapeDescriptor vector = Floats.descriptor(maps.channels);
      return new Binding() {
        @Override
        public List<LongShapeDescriptor> outputs() {
          return List.of(Floats.descriptor(x.shape()), vector, vector);
        }

        @Override
        public Step step(List<INDArray> out) {
          long upstream = Floats.address(in.getFirst());
          long from = Floats.address(x);
          long weights = Floats.address(in.get(2));
          long means = Floats.address(in.get(3));
          long variances = Floats.address(in.get(4));
          long gradients = Floats.address(out.getFirst());
          long byWeight = Floats.address(out.get(1));
          long byBias = Floats.address(out.get(2));
          return maps.perChannel((c, lanes) -> {
            long at = c * BYTES;
            float mean = Floats.get(means + at);
            double rstd = 1 / Math.sqrt(Floats.get(variances + at) + eps);
            double sum = 0;
            double product = 0;
            for (long b = 0; b < maps.batch; b++) {
              long map = maps.at(b, c);
              sum += Rows.sum(upstream + map, maps.width, lanes);
              product += Rows.products(upstream + map, from + map, maps.width, mean, lanes);
            }
            Floats.set(byBias + at, (float) sum);
            Floats.set(byWeight + at, (float) (product * rstd));
            float scale = (float) (Floats.get(weights + at) * rstd);
            float meanOfG = (float) (sum / maps.count());
            float slope = (float) (product * rstd * rstd / maps.count());
            for (long b = 0; b < maps.batch; b++) {
              long map = maps.at(b, c);
              row(
                  upstream + map,
                  from + map,
                  gradients + map,
                  maps.width,
                  mean,
                  scale,
                  meanOfG,
                  slope);
            }
          });
        }

        @Override
        public boolean isInPlace(int input) {
          return input == 0;
        }
      };
    }

    /** {@code dx = scale * (g - meanOfG - (x - mean) * slope)}. */
    private static void row(
        long g, long x, long dx, int width, float mean, float scale, float meanOfG, float slope) {
      int whole = Rows.whole(width);
      for (int i = 0; i < whole; i += Rows.LANES) {
        long at = i * BYTES;
        FloatVector part = Rows.load(x + at).sub(mean).mul(slope);
        Rows.load(g + at)
            .sub(meanOfG)
            .sub(part)
            .mul(scale)
            .intoMemorySegment(MEMORY, dx + at, Rows.ORDER);
      }
      for (int i = whole; i < width; i++) {
        long at = i * BYTES;
        float part = (Floats.get(x + at) - mean) * slope;
        Floats.set(dx + at, (Floats.get(g + at) - meanOfG - part) * scale);
      }
    }
  }
}
