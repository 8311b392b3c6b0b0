package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * Layer normalisation of rows, {@code (x - mean) / sqrt(variance + eps) * weight + bias}, with a
 * row in the cache during its passes. Outputs: y, and for the gradient each row's mean and 1 /
 * sqrt(...).
 */
public record LayerNorm(double eps) implements Operation {

  private static final VectorSpecies<Float> SPECIES = Rows.SPECIES;
  private static final int LANES = Rows.LANES;

  /** Rows whose contributions to the gradients of weight and bias are added up in float. */
  private static final int BLOCK = 32;

  /** Finds the norm written in small ops. */
  static void fuse(Rewriter graph) {
    graph.nodes("add").forEach(shifted -> fuse(graph, shifted));
  }

  private static void fuse(Rewriter graph, Node shifted) {
    Node scaled = graph.producer(shifted.in().getFirst(), "multiply");
    Node normalised = scaled == null ? null : graph.producer(scaled.in().getFirst(), "divide");
    if (normalised == null) {
      return;
    }
    Node root = graph.producer(normalised.in().get(1), "sqrt");
    Node guarded = root == null ? null : graph.producer(root.in().getFirst(), "add_scalar");
    Node variance = guarded == null ? null : graph.producer(guarded.in().getFirst(), "reduce_mean");
    Node squares = variance == null ? null : graph.producer(variance.in().getFirst(), "multiply");
    Node centred = graph.producer(normalised.in().getFirst(), "subtract");
    Node mean = centred == null ? null : graph.producer(centred.in().get(1), "reduce_mean");
    if (squares == null || mean == null) {
      return;
    }
    String x = centred.in().getFirst();
    long[] shape = graph.shape(x);
    boolean matches =
        shape != null
            && mean.in().getFirst().equals(x)
            && Set.copyOf(squares.in()).equals(Set.of(centred.onlyOut()))
            && graph.isMeanOfRows(mean)
            && graph.isMeanOfRows(variance)
            && graph.isFloatActivation(x)
            && graph.isFloatVector(scaled.in().get(1), shape[shape.length - 1])
            && graph.isFloatVector(shifted.in().get(1), shape[shape.length - 1]);
    if (matches) {
      String y = shifted.onlyOut();
      graph.replace(
          List.of(mean, centred, squares, variance, guarded, root, normalised, scaled, shifted),
          shifted,
          new Node(
              new LayerNorm(Rewriter.scalar(guarded)),
              List.of(x, scaled.in().get(1), shifted.in().get(1)),
              List.of(y, Node.beside(y, "mean"), Node.beside(y, "rstd"))));
    }
  }

  @Override
  public String name() {
    return "layer_norm";
  }

  @Override
  public boolean isCheap() {
    return true;
  }

  @Override
  public Binding bind(List<INDArray> in) {
    INDArray x = in.getFirst();
    int width = Math.toIntExact(x.size(-1));
    long rows = x.length() / width;
    LongShapeDescriptor perRow = Floats.descriptor(rows);
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(Floats.descriptor(x.shape()), perRow, perRow);
      }

      @Override
      public Step step(List<INDArray> out) {
        long weight = Floats.address(in.get(1));
        long bias = Floats.address(in.get(2));
        long from = Floats.address(x);
        long y = Floats.address(out.getFirst());
        long mean = Floats.address(out.get(1));
        long rstd = Floats.address(out.get(2));
        return () ->
            Parallel.run(
                rows,
                2L * width,
                (first, end) -> {
                  float[] lanes = new float[Rows.LANES];
                  for (long row = first; row < end; row++) {
                    long at = row * width * BYTES;
                    float m = (float) (Rows.sum(from + at, width, lanes) / width);
                    double variance = Rows.squares(from + at, width, m, lanes) / width;
                    float r = (float) (1 / Math.sqrt(variance + eps));
                    Floats.set(mean + row * BYTES, m);
                    Floats.set(rstd + row * BYTES, r);
                    write(from + at, weight, bias, y + at, width, m, r);
                  }
                });
      }

      @Override
      public boolean isInPlace(int input) {
        return input == 0;
      }
    };
  }

  private static void write(
      long x, long weight, long bias, long y, int width, float mean, float rstd) {
    int whole = Rows.whole(width);
    for (int i = 0; i < whole; i += LANES) {
      long at = i * BYTES;
      Rows.load(x + at)
          .sub(mean)
          .mul(rstd)
          .fma(Rows.load(weight + at), Rows.load(bias + at))
          .intoMemorySegment(MEMORY, y + at, Rows.ORDER);
    }
    for (int i = whole; i < width; i++) {
      long at = i * BYTES;
      float normalised = (Floats.get(x + at) - mean) * rstd;
      Floats.set(y + at, Math.fma(normalised, Floats.get(weight + at), Floats.get(bias + at)));
    }
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    return tape.add(
        new Gradient(),
        List.of(
            upstream.getFirst(),
            node.in().getFirst(),
            node.in().get(1),
            node.out().get(1),
            node.out().get(2)),
        3);
  }

  /**
   * From the upstream gradient g, x, weight, mean and r = 1 / sqrt(...) the gradients by x, weight
   * and bias. With n the normalised x and h = g * weight, the first is {@code r (h - mean(h) - n
   * mean(h n))}.
   */
  public record Gradient() implements Operation {

    @Override
    public String name() {
      return "layer_norm_bp";
    }

    @Override
    public Binding bind(List<INDArray> in) {
      INDArray x = in.get(1);
      int width = Math.toIntExact(x.size(-1));
      int rows = Math.toIntExact(x.length() / width);
      int blocks = Math.ceilDiv(rows, BLOCK);
      LongShapeDescriptor vector = Floats.descriptor(width);
      return new Binding() {
        @Override
        public List<LongShapeDescriptor> outputs() {
          return List.of(Floats.descriptor(x.shape()), vector, vector);
        }

        @Override
        public Step step(List<INDArray> out) {
          List<Long> from = new ArrayList<>();
          in.forEach(array -> from.add(Floats.address(array)));
          long dx = Floats.address(out.getFirst());
          float[] byWeight = new float[Math.multiplyExact(blocks, width)];
          float[] byBias = new float[byWeight.length];
          return () -> {
            Arrays.fill(byWeight, 0);
            Arrays.fill(byBias, 0);
            Parallel.run(
                blocks,
                4L * BLOCK * width,
                (first, end) -> {
                  float[] lanes = new float[Rows.LANES];
                  for (int row = (int) first * BLOCK; row < Math.min(rows, end * BLOCK); row++) {
                    long at = (long) row * width * BYTES;
                    row(
                        from.get(0) + at,
                        from.get(1) + at,
                        from.get(2),
                        Floats.get(from.get(3) + row * BYTES),
                        Floats.get(from.get(4) + row * BYTES),
                        dx + at,
                        width,
                        lanes,
                        byWeight,
                        byBias,
                        row / BLOCK * width);
                  }
                });
            Columns.total(byWeight, blocks, width, 1, Floats.address(out.get(1)));
            Columns.total(byBias, blocks, width, 1, Floats.address(out.get(2)));
          };
        }

        @Override
        public boolean isInPlace(int input) {
          return input == 0;
        }
      };
    }

    private static void row(
        long g,
        long x,
        long weight,
        float mean,
        float rstd,
        long dx,
        int width,
        float[] lanes,
        float[] byWeight,
        float[] byBias,
        int offset) {
      FloatVector sumVector = FloatVector.zero(SPECIES);
      FloatVector productVector = sumVector;
      int whole = Rows.whole(width);
      for (int i = 0; i < whole; i += LANES) {
        long at = i * BYTES;
        FloatVector upstream = Rows.load(g + at);
        FloatVector normalised = Rows.load(x + at).sub(mean).mul(rstd);
        FloatVector h = upstream.mul(Rows.load(weight + at));
        sumVector = sumVector.add(h);
        productVector = h.fma(normalised, productVector);
        int to = offset + i;
        upstream
            .fma(normalised, FloatVector.fromArray(SPECIES, byWeight, to))
            .intoArray(byWeight, to);
        upstream.add(FloatVector.fromArray(SPECIES, byBias, to)).intoArray(byBias, to);
      }
      double sum = Rows.total(sumVector, lanes);
      double product = Rows.total(productVector, lanes);
      for (int i = whole; i < width; i++) {
        long at = i * BYTES;
        float upstream = Floats.get(g + at);
        float normalised = (Floats.get(x + at) - mean) * rstd;
        float h = upstream * Floats.get(weight + at);
        sum += h;
        product += h * normalised;
        byWeight[offset + i] += upstream * normalised;
        byBias[offset + i] += upstream;
      }
      float meanOfH = (float) (sum / width);
      float meanOfProduct = (float) (product / width);
      for (int i = 0; i < whole; i += LANES) {
        long at = i * BYTES;
        FloatVector normalised = Rows.load(x + at).sub(mean).mul(rstd);
        Rows.load(g + at)
            .mul(Rows.load(weight + at))
            .sub(meanOfH)
            .sub(normalised.mul(meanOfProduct))
            .mul(rstd)
            .intoMemorySegment(MEMORY, dx + at, Rows.ORDER);
      }
      for (int i = whole; i < width; i++) {
        long at = i * BYTES;
        float normalised = (Floats.get(x + at) - mean) * rstd;
        float h = Floats.get(g + at) * Floats.get(weight + at);
        Floats.set(dx + at, (h - meanOfH - normalised * meanOfProduct) * rstd);
      }
    }
  }
}
