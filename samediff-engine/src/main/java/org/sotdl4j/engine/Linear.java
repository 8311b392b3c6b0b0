package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * {@code y = x W' + b} for x [rows, in], W [out, in], b [out]: libnd4j's product, to which the bias
 * is added in place. Its gradients are two products, of which only those that are needed run, and
 * the sum of the rows.
 */
public record Linear() implements Operation {

  /** Finds the product with a bias added. */
  static void fuse(Rewriter graph) {
    for (Node shifted : graph.nodes("add")) {
      Node product = graph.producer(shifted.in().getFirst(), "matmul");
      if (product == null) {
        continue;
      }
      String x = product.in().getFirst();
      String weight = product.in().get(1);
      String bias = shifted.in().get(1);
      long[] rows = graph.shape(x);
      long[] shape = graph.shape(weight);
      boolean matches =
          rows != null
              && rows.length == 2
              && shape.length == 2
              && graph.isFloatActivation(x)
              && graph.isFloatLeaf(weight)
              && graph.isFloatVector(bias, shape[0])
              && new Product(false, true).is(product);
      if (matches) {
        graph.replace(List.of(product, shifted), shifted, new Linear(), List.of(x, weight, bias));
      }
    }
  }

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public long work(List<INDArray> in, List<INDArray> out) {
    return 2 * out.getFirst().length() * in.get(1).size(1);
  }

  @Override
  public Binding bind(List<INDArray> in) {
    Binding product = NativeOperation.matmul(false, true).bind(in.subList(0, 2));
    return new Binding() {
      @Override
      public List<LongShapeDescriptor> outputs() {
        return product.outputs();
      }

      @Override
      public Step step(List<INDArray> out) {
        INDArray y = out.getFirst();
        Optional<Step> blocked = blocked(in, y);
        if (blocked.isPresent()) {
          product.discard();
          return blocked.get();
        }
        Step multiply = product.step(out);
        Elementwise e = new Elementwise(new Broadcast(y.size(0), y.size(1), 1));
        long address = Floats.address(y);
        Step add =
            e.map(
                Functions.ADD,
                e.operand(address, y.length()),
                e.operand(Floats.address(in.get(2)), y.size(1)),
                Operand.NONE,
                address);
        return new Step() {
          @Override
          public void run() {
            multiply.run();
            add.run();
          }

          @Override
          public void close() {
            multiply.close();
          }
        };
      }

      @Override
      public void discard() {
        product.discard();
      }
    };
  }

  private static Optional<Step> blocked(List<INDArray> in, INDArray y) {
    return Floats.of(in.getFirst())
        .flatMap(x ->
            BlockedProduct.of(
                x,
                false,
                Floats.of(in.get(1)).orElseThrow(),
                true,
                Floats.of(y).orElseThrow(),
                Floats.address(in.get(2))));
  }

  @Override
  public List<String> gradients(Node node, List<String> upstream, Tape tape) {
    List<String> gradients =
        new ArrayList<>(new Product(false, true).gradients(node, upstream, tape));
    gradients.addAll(tape.add(new RowSum(), upstream, 1));
    return gradients;
  }

  /** The sum of the rows of a matrix. */
  public record RowSum() implements Operation {

    @Override
    public String name() {
      return "linear_bp";
    }

    @Override
    public Binding bind(List<INDArray> in) {
      INDArray rows = in.getFirst();
      return new Binding() {
        @Override
        public List<LongShapeDescriptor> outputs() {
          return List.of(Floats.descriptor(rows.size(1)));
        }

        @Override
        public Step step(List<INDArray> out) {
          Elementwise e = new Elementwise(new Broadcast(rows.size(0), rows.size(1), 1));
          Operand x = e.operand(Floats.address(rows), rows.length());
          long target = Floats.address(out.getFirst());
          return e.sum(Functions.FIRST, x, Operand.NONE, Operand.NONE, target, 1);
        }
      };
    }
  }
}
