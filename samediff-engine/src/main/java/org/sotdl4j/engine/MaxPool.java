package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * The maximum of each square window of maps [B, C, H, W]; what is around a map never wins. libnd4j
 * takes several times as long.
 */
public record MaxPool(int kernel, int stride, int padding) implements Operation {

  /** Where ND4J's op has its settings: kernel, stride, padding, dilation, mode, extra, format. */
  private static final int SETTINGS = 11;

  static void fuse(Rewriter graph) {
    for (Node node : graph.nodes("maxpool2d")) {
      long[] s = Rewriter.integers(node);
      String x = node.in().getFirst();
      boolean matches =
          s.length == SETTINGS
              && graph.isFloatActivation(x)
              && s[0] == s[1]
              && s[2] == s[3]
              && s[4] == s[5]
              && s[4] < s[0]
              && Arrays.equals(s, 6, 9, new long[] {1, 1, 0}, 0, 3)
              && s[10] == 0;
      if (matches) {
        graph.replace(
            List.of(node), node, new MaxPool((int) s[0], (int) s[2], (int) s[4]), node.in());
      }
    }
  }

  @Override
  public String name() {
    return "max_pool";
  }

  /** Does something with one map. */
  private interface PerMap {
    void run(long map, float[] line);
  }

  /** The maps and their outputs. */
  private record Maps(long count, int height, int width, int outHeight, int outWidth) {

    long input(long map) {
      return map * height * width * BYTES;
    }

    long output(long map) {
      return map * outHeight * outWidth * BYTES;
    }

    Step perMap(int line, PerMap body) {
      return () ->
          Parallel.run(
              count,
              2L * height * width,
              (from, to) -> {
                float[] memory = Borrowed.take(line);
                for (long map = from; map < to; map++) {
                  body.run(map, memory);
                }
                Borrowed.give(memory);
              });
    }
  }

  private Maps maps(INDArray x) {
    int height = (int) x.size(2);
    int width = (int) x.size(3);
    return new Maps(
        x.size(0) * x.size(1),
        height,
        width,
        (height + 2 * padding - kernel) / stride + 1,
        (width + 2 * padding - kernel) / stride + 1);
  }

  @Override
  public Binding bind(List<INDArray> in) {
    INDArray x = in.getFirst();
    Maps maps = maps(x);
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(Floats.descriptor(x.size(0), x.size(1), maps.outHeight(), maps.outWidth()));
      }

      @Override
      public Step step(List<INDArray> out) {
        long from = Floats.address(x);
        long to = Floats.address(out.getFirst());
        return maps.perMap(
            lineLength(maps),
            (map, line) -> forward(maps, from + maps.input(map), to + maps.output(map), line));
      }
    };
  }

  private void forward(Maps maps, long x, long y, float[] line) {
    int length = lineLength(maps);
    for (int i = 0; i < maps.outHeight; i++) {
      int first = Math.max(0, i * stride - padding);
      int end = Math.min(maps.height, i * stride - padding + kernel);
      Arrays.fill(line, 0, padding, Float.NEGATIVE_INFINITY);
      Arrays.fill(line, padding + maps.width, length, Float.NEGATIVE_INFINITY);
      columns(x + (long) first * maps.width * BYTES, end - first, maps.width, line);
      neighbours(line, maps.width + 2 * padding);
      for (int j = 1; j < maps.outWidth; j++) {
        line[j] = line[j * stride];
      }
      Floats.write(line, 0, y + (long) i * maps.outWidth * BYTES, maps.outWidth);
    }
  }

  /** Floats of a line with what is around it, and as many more as a vector may read behind it. */
  private int lineLength(Maps maps) {
    return maps.width + 2 * padding + kernel + Rows.LANES;
  }

  /** Puts the largest of the values that follow in the place of each. */
  private void neighbours(float[] line, int length) {
    int whole = Rows.whole(length + Rows.LANES - 1); // the last vector may reach further
    for (int j = 0; j < whole; j += Rows.LANES) {
      FloatVector max = Rows.load(line, j);
      for (int k = 1; k < kernel; k++) {
        max = larger(max, Rows.load(line, j + k));
      }
      max.intoArray(line, j);
    }
    for (int j = whole; j < length; j++) {
      for (int k = 1; k < kernel; k++) {
        line[j] = line[j + k] > line[j] ? line[j + k] : line[j];
      }
    }
  }

  /** Where one is NaN, the first; cheaper than the Vector API's maximum. */
  private static FloatVector larger(FloatVector x, FloatVector y) {
    return x.blend(y, y.compare(VectorOperators.GT, x));
  }

  /** The largest of each column of some lines. */
  private void columns(long lines, int count, int width, float[] largest) {
    int whole = Rows.whole(width);
    for (int j = 0; j < whole; j += Rows.LANES) {
      FloatVector max = Rows.load(lines + j * BYTES);
      for (int i = 1; i < count; i++) {
        max = larger(max, Rows.load(lines + ((long) i * width + j) * BYTES));
      }
      max.intoArray(largest, padding + j);
    }
    for (int j = whole; j < width; j++) {
      float max = Floats.get(lines + j * BYTES);
      for (int i = 1; i < count; i++) {
        max = Math.max(max, Floats.get(lines + ((long) i * width + j) * BYTES));
      }
      largest[padding + j] = max;
    }
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    return tape.add(new Gradient(this), List.of(upstream.getFirst(), node.in().getFirst()), 1);
  }

  /** From the upstream gradient and x: it goes to the first of a window's largest values. */
  public record Gradient(MaxPool pool) implements Operation {

    @Override
    public String name() {
      return "max_pool_bp";
    }

    @Override
    public Binding bind(List<INDArray> in) {
      INDArray x = in.get(1);
      Maps maps = pool.maps(x);
      return new Binding() {
        @Override
        public List<LongShapeDescriptor> outputs() {
          return List.of(Floats.descriptor(x.shape()));
        }

        @Override
        public Step step(List<INDArray> out) {
          long upstream = Floats.address(in.getFirst());
          long from = Floats.address(x);
          long to = Floats.address(out.getFirst());
          return maps.perMap(
              maps.height * maps.width,
              (map, values) -> {
                Floats.read(from + maps.input(map), values, 0, maps.height * maps.width);
                long target = to + maps.input(map);
                MEMORY.asSlice(target, maps.input(1)).fill((byte) 0);
                pool.backward(maps, upstream + maps.output(map), values, target);
              });
        }
      };
    }
  }

  private void backward(Maps maps, long upstream, float[] x, long byX) {
    for (int i = 0; i < maps.outHeight; i++) {
      int top = Math.max(0, i * stride - padding);
      int bottom = Math.min(maps.height, i * stride - padding + kernel);
      for (int j = 0; j < maps.outWidth; j++) {
        int left = Math.max(0, j * stride - padding);
        int right = Math.min(maps.width, j * stride - padding + kernel);
        int best = top * maps.width + left;
        for (int row = top; row < bottom; row++) {
          for (int at = row * maps.width + left; at < row * maps.width + right; at++) {
            best = x[at] > x[best] ? at : best;
          }
        }
        long target = byX + best * BYTES;
        float g = Floats.get(upstream + ((long) i * maps.outWidth + j) * BYTES);
        Floats.set(target, Floats.get(target) + g);
      }
    }
  }
}
