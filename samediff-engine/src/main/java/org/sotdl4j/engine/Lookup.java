package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * Rows of a table by their numbers, instead of the product of one-hot rows with the table: whole
 * numbers of any shape and a table [rows, width] to [numbers, width]. A number outside the table
 * gives zeros, as its one-hot row would.
 */
public record Lookup() implements Operation {

  /** Finds the product of reshaped one-hot rows, of 1 and 0, with a parameter. */
  static void fuse(Rewriter graph) {
    for (Node oneHot : graph.nodes("onehot")) {
      Node rows = graph.consumer(oneHot.onlyOut(), "reshape");
      Node product = rows == null ? null : graph.consumer(rows.onlyOut(), "matmul");
      if (product == null || !product.in().getFirst().equals(rows.onlyOut())) {
        continue;
      }
      String numbers = oneHot.in().getFirst();
      String table = product.in().get(1);
      long[] from = graph.shape(oneHot.onlyOut());
      long[] to = graph.shape(rows.onlyOut());
      boolean matches =
          oneHot.in().size() == 1
              && graph.type(numbers) == DataType.INT32
              && graph.isFloatLeaf(table)
              && Arrays.equals(Rewriter.reals(oneHot), new double[] {1, 0})
              && to.length == 2
              && from[from.length - 1] == to[1]
              && Rewriter.isLastAxis(Rewriter.integers(oneHot), from.length)
              && new Product(false, false).is(product);
      if (matches) {
        graph.replace(
            List.of(oneHot, rows, product), product, new Lookup(), List.of(numbers, table));
      }
    }
  }

  @Override
  public String name() {
    return "lookup";
  }

  @Override
  public Binding bind(List<INDArray> in) {
    INDArray numbers = in.getFirst();
    INDArray table = in.get(1);
    long width = table.size(1);
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return List.of(Floats.descriptor(numbers.length(), width));
      }

      @Override
      public Step step(List<INDArray> out) {
        long from = numbers.data().addressPointer().address();
        long source = Floats.address(table);
        long target = Floats.address(out.getFirst());
        long bytes = width * BYTES;
        long rows = table.size(0);
        return () ->
            Parallel.run(
                numbers.length(),
                width,
                (begin, end) -> {
                  for (long i = begin; i < end; i++) {
                    int row = number(from, i);
                    if (row >= 0 && row < rows) {
                      MEMORY
                          .asSlice(target + i * bytes, bytes)
                          .copyFrom(MEMORY.asSlice(source + row * bytes, bytes));
                    } else {
                      MEMORY.asSlice(target + i * bytes, bytes).fill((byte) 0);
                    }
                  }
                });
      }
    };
  }

  private static int number(long address, long index) {
    return MEMORY.get(ValueLayout.JAVA_INT_UNALIGNED, address + index * Integer.BYTES);
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    List<String> in = List.of(upstream.getFirst(), node.in().getFirst(), node.in().get(1));
    return Arrays.asList(null, tape.add(new Gradient(), in, 1).getFirst());
  }

  /** From the upstream gradient, the numbers and the table: the sums of each row's gradients. */
  public record Gradient() implements Operation {

    @Override
    public String name() {
      return "lookup_bp";
    }

    @Override
    public Binding bind(List<INDArray> in) {
      INDArray numbers = in.get(1);
      long[] shape = in.get(2).shape();
      return new Binding() {
        @Override
        public List<LongShapeDescriptor> outputs() {
          return List.of(Floats.descriptor(shape));
        }

        @Override
        public Step step(List<INDArray> out) {
          long upstream = Floats.address(in.getFirst());
          long from = numbers.data().addressPointer().address();
          long target = Floats.address(out.getFirst());
          long bytes = shape[1] * BYTES;
          int width = Math.toIntExact(shape[1]);
          return () -> {
            Parallel.run(
                shape[0],
                width,
                (begin, end) ->
                    MEMORY.asSlice(target + begin * bytes, (end - begin) * bytes).fill((byte) 0));
            for (long i = 0; i < numbers.length(); i++) {
              int row = number(from, i);
              if (row >= 0 && row < shape[0]) {
                add(upstream + i * bytes, target + row * bytes, width);
              }
            }
          };
        }
      };
    }

    private static void add(long x, long sum, int width) {
      int whole = Rows.whole(width);
      for (int i = 0; i < whole; i += Rows.LANES) {
        FloatVector total = Rows.load(sum + i * BYTES).add(Rows.load(x + i * BYTES));
        total.intoMemorySegment(MEMORY, sum + i * BYTES, Rows.ORDER);
      }
      for (long i = whole; i < width; i++) {
        Floats.set(sum + i * BYTES, Floats.get(sum + i * BYTES) + Floats.get(x + i * BYTES));
      }
    }
  }
}
