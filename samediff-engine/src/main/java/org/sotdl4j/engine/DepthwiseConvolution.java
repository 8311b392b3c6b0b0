package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * A convolution that keeps the channels apart, of x [B, C, H, W] with a weight [C, multiplier,
 * kernel, kernel] and a bias [C multiplier]. libnd4j's own lays out all columns and takes ten times
 * as long.
 */
public record DepthwiseConvolution(Convolution shape) implements Operation {

  /** What a float of a map costs, in floats that are only copied. */
  private static final long WORK = 4;

  /** Finds the op on a weight that was brought to ND4J's layout. */
  static void fuse(Rewriter graph) {
    for (Node node : graph.nodes("depthwise_conv2d")) {
      Node turned = graph.producer(node.in().get(1), "permute");
      Convolution shape = Convolution.of(Rewriter.integers(node));
      boolean matches =
          turned != null
              && shape != null
              && node.in().size() == 3
              && Arrays.equals(Rewriter.integers(turned), new long[] {2, 3, 0, 1})
              && graph.isFloatActivation(node.in().getFirst())
              && graph.isFloat(turned.in().getFirst())
              && graph.isFloatLeaf(node.in().get(2));
      if (matches) {
        List<String> in = List.of(node.in().getFirst(), turned.in().getFirst(), node.in().get(2));
        graph.replace(List.of(turned, node), node, new DepthwiseConvolution(shape), in);
      }
    }
  }

  @Override
  public String name() {
    return "depthwise_convolution";
  }

  /** A map and what it becomes, with memory for one channel. */
  private static final class Maps {
    final Phases phases;

    /** Pixels of the output with those beside it that nobody reads. */
    final int pixels;

    final int[] places;
    final float[] x;
    final float[] byX;
    final float[] y;
    final float[] line;
    final float[] lanes = new float[Rows.LANES];

    Maps(Phases phases) {
      this.phases = phases;
      pixels = phases.outHeight() * phases.phaseWidth();
      places = new int[phases.kernel() * phases.kernel()];
      Arrays.setAll(places, phases::place);
      x = Borrowed.take(floats());
      byX = Borrowed.take(floats());
      y = Borrowed.take(pixels);
      line = Borrowed.take(phases.width());
      // What is behind the lines is multiplied by zeros, so it has to be a number.
      Arrays.fill(x, 0, floats(), 0);
    }

    int floats() {
      return phases.count() * phases.plane();
    }

    void giveBack() {
      Borrowed.give(x, byX, y, line);
    }

    /** With zeros beside the output. */
    void readUpstream(long map) {
      int width = phases.outWidth();
      for (int i = 0; i < phases.outHeight(); i++) {
        int to = i * phases.phaseWidth();
        Floats.read(map + (long) i * width * BYTES, y, to, width);
        Arrays.fill(y, to + width, to + phases.phaseWidth(), 0);
      }
    }

    void writeOutput(long map) {
      int width = phases.outWidth();
      for (int i = 0; i < phases.outHeight(); i++) {
        Floats.write(y, i * phases.phaseWidth(), map + (long) i * width * BYTES, width);
      }
    }
  }

  private int window() {
    return shape.kernel() * shape.kernel();
  }

  @Override
  public long work(List<INDArray> in, List<INDArray> out) {
    return 2 * out.getFirst().length() * window();
  }

  @Override
  public Binding bind(List<INDArray> in) {
    Phases phases = Phases.of(shape, in.getFirst());
    long batch = in.getFirst().size(0);
    int channels = Math.toIntExact(in.getFirst().size(1));
    int multiplier = Math.toIntExact(in.get(1).size(1));
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(
            Floats.descriptor(
                batch, (long) channels * multiplier, phases.outHeight(), phases.outWidth()));
      }

      @Override
      public Step step(List<INDArray> out) {
        long x = Floats.address(in.getFirst());
        long weight = Floats.address(in.get(1));
        long bias = Floats.address(in.get(2));
        long y = Floats.address(out.getFirst());
        return () ->
            Parallel.run(
                batch * channels,
                WORK * (in.getFirst().length() + out.getFirst().length()) / (batch * channels),
                (from, to) -> {
                  Maps maps = new Maps(phases);
                  for (long map = from; map < to; map++) {
                    phases.read(x + map * phases.bytes(), maps.x, 0, maps.line);
                    for (int m = 0; m < multiplier; m++) {
                      long filter = map % channels * multiplier + m;
                      forward(maps, weight + filter * window() * BYTES, bias + filter * BYTES);
                      maps.writeOutput(y + (map * multiplier + m) * phases.outBytes());
                    }
                  }
                  maps.giveBack();
                });
      }
    };
  }

  private void forward(Maps maps, long weight, long bias) {
    Arrays.fill(maps.y, 0, maps.pixels, Floats.get(bias));
    for (int k = 0; k < window(); k++) {
      float w = Floats.get(weight + k * BYTES);
      Rows.addScaled(w, maps.x, maps.places[k], maps.y, 0, maps.pixels);
    }
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    List<String> in = new ArrayList<>(node.in().subList(0, 2));
    in.addFirst(upstream.getFirst());
    return tape.add(new Gradient(this), in, 3);
  }

  /** From the upstream gradient, x and weight the gradients by x, weight and bias. */
  public record Gradient(DepthwiseConvolution convolution) implements Operation {

    @Override
    public String name() {
      return "depthwise_convolution_bp";
    }

    @Override
    public long work(List<INDArray> in, List<INDArray> out) {
      return 4 * in.getFirst().length() * convolution.window();
    }

    @Override
    public Binding bind(List<INDArray> in) {
      INDArray x = in.get(1);
      INDArray weight = in.get(2);
      Phases phases = Phases.of(convolution.shape, x);
      long filters = weight.size(0) * weight.size(1);
      return new Binding() {
        @Override
        public List<LongShapeDescriptor> outputs() {
          return List.of(
              Floats.descriptor(x.shape()),
              Floats.descriptor(weight.shape()),
              Floats.descriptor(filters));
        }

        @Override
        public Step step(List<INDArray> out) {
          return () ->
              Parallel.run(
                  weight.size(0),
                  WORK * (in.getFirst().length() + 2 * x.length()) / weight.size(0),
                  (from, to) -> channels(from, to, phases, in, out));
        }
      };
    }

    /**
     * Writes the gradients by some channels, for which all pictures are added up in their order.
     */
    private void channels(
        long from, long to, Phases phases, List<INDArray> in, List<INDArray> out) {
      long upstream = Floats.address(in.getFirst());
      long x = Floats.address(in.get(1));
      long weight = Floats.address(in.get(2));
      long byX = Floats.address(out.getFirst());
      long batch = in.get(1).size(0);
      long channels = in.get(2).size(0);
      int multiplier = Math.toIntExact(in.get(2).size(1));
      int window = convolution.window();
      Maps maps = new Maps(phases);
      double[] sums = new double[multiplier * (window + 1)];
      for (long c = from; c < to; c++) {
        Arrays.fill(sums, 0);
        for (long map = c; map < batch * channels; map += channels) {
          phases.read(x + map * phases.bytes(), maps.x, 0, maps.line);
          Arrays.fill(maps.byX, 0, maps.floats(), 0);
          for (int m = 0; m < multiplier; m++) {
            maps.readUpstream(upstream + (map * multiplier + m) * phases.outBytes());
            long filter = weight + (c * multiplier + m) * window * BYTES;
            convolution.backward(maps, filter, sums, m * (window + 1));
          }
          phases.write(byX + map * phases.bytes(), maps.byX, maps.line);
        }
        for (int i = 0; i < sums.length; i++) {
          long filter = c * multiplier + i / (window + 1);
          int k = i % (window + 1);
          INDArray by = out.get(k == window ? 2 : 1);
          long index = k == window ? filter : filter * window + k;
          Floats.set(Floats.address(by) + index * BYTES, (float) sums[i]);
        }
      }
      maps.giveBack();
    }
  }

  /** Adds to the gradients by a map, by the weights of a filter, and behind them by its bias. */
  private void backward(Maps maps, long weight, double[] sums, int at) {
    for (int k = 0; k < window(); k++) {
      float w = Floats.get(weight + k * BYTES);
      int place = maps.places[k];
      sums[at + k] += Rows.dot(maps.x, place, maps.y, 0, maps.pixels, maps.lanes);
      Rows.addScaled(w, maps.y, 0, maps.byX, place, maps.pixels);
    }
    sums[at + window()] += Rows.sum(maps.y, maps.pixels, maps.lanes);
  }
}
