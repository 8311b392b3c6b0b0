package org.sotdl4j.onnx;

import static java.util.Map.entry;
import static org.sotdl4j.onnx.Attributes.integer;
import static org.sotdl4j.onnx.Attributes.tensor;
import static org.sotdl4j.onnx.Rule.any;
import static org.sotdl4j.onnx.Rule.exact;
import static org.sotdl4j.onnx.Rule.half;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How each op of SameDiff is written, by its name. */
final class Writers {

  static final Map<String, Rule> BY_OP =
      Map.ofEntries(
          entry("add", any(s -> s.node("Add"))),
          entry("subtract", any(s -> s.node("Sub"))),
          entry("multiply", any(s -> s.node("Mul"))),
          entry("divide", any(s -> s.node("Div"))),
          entry("add_scalar", any(s -> withScalar(s, "Add"))),
          entry("mul_scalar", any(s -> withScalar(s, "Mul"))),
          entry(
              "rsub_scalar", any(s -> s.node("Sub", s.with(s.number(s.op().scalar())).reversed()))),
          entry("equals_scalar", any(s -> withScalar(s, "Equal"))),
          entry("notequals_scalar", any(Writers::notEqual)),
          entry("cast", any(Writers::cast)),
          entry("pow", exact(s -> withScalar(s, "Pow"))),
          entry("sqrt", exact(s -> s.node("Sqrt"))),
          entry("exp", exact(s -> s.node("Exp"))),
          entry("abs", any(s -> s.node("Abs"))),
          entry("sign", any(s -> s.node("Sign"))),
          entry("erf", any(s -> s.node("Erf"))),
          entry("tanh", any(s -> s.node("Tanh"))),
          entry("sigmoid", any(s -> s.node("Sigmoid"))),
          entry("relu", any(Writers::relu)),
          entry("swish", any(Writers::swish)),
          entry("softmax", any(s -> s.node("Softmax", integer("axis", s.op().ints()[0])))),
          entry("ClipByValue", exact(Writers::clip)),
          entry("reduce_mean", exact(s -> reduction(s, "ReduceMean"))),
          entry("reduce_sum", exact(s -> reduction(s, "ReduceSum"))),
          entry("reduce_norm2", exact(s -> reduction(s, "ReduceL2"))),
          entry("cumsum", exact(Writers::runningSum)),
          entry("onehot", exact(Writers::oneHot)),
          entry("matmul", half(Writers::product)),
          entry("conv2d", half(Convolutions::convolution)),
          entry("depthwise_conv2d", half(Convolutions::depthwise)),
          entry("deconv2d", half(Convolutions::transposed)),
          entry("avgpool2d", any(Convolutions::averagePooling)),
          entry("maxpool2d", any(Convolutions::maxPooling)),
          entry("im2col", any(Convolutions::patches)),
          entry("reshape", any(s -> s.reshape(s.in(0)))),
          entry("permute", any(s -> s.transpose(s.in(0), s.op().ints()))),
          entry("concat", any(Writers::concat)),
          entry("split", any(Writers::split)),
          entry("unstack", any(Writers::unstack)),
          entry("strided_slice", any(Writers::slice)),
          entry("reverse", any(Writers::reverse)),
          entry("pad", any(Writers::pad)),
          entry("zeroslike", any(Writers::zeros)),
          entry("stop_gradient", any(s -> s.node("Identity"))));

  private Writers() {}

  private static void withScalar(Site site, String type) {
    site.node(type, site.with(site.number(site.op().scalar())));
  }

  private static void notEqual(Site site) {
    Value number = site.number(site.op().scalar());
    Value equal = new Value(site.fresh(), DataType.BOOL, site.shape(0));
    site.writer().node("Equal", site.with(number), List.of(equal));
    site.node("Not", List.of(equal));
  }

  private static void cast(Site site) {
    DataType type = site.outs().getFirst().type();
    site.node("Cast", integer("to", Tensor.onnxType(type).getNumber()));
  }

  private static void relu(Site site) {
    if (site.op().scalar() != 0) {
      throw site.op().unsupported("a cutoff other than 0");
    }
    site.node("Relu");
  }

  private static void swish(Site site) {
    Value sigmoid = site.inner("Sigmoid", site.operands(), site.shape(0));
    site.node("Mul", site.with(sigmoid));
  }

  private static void clip(Site site) {
    double[] bounds = site.op().reals();
    site.node("Clip", site.with(site.number(bounds[0]), site.number(bounds[1])));
  }

  private static void reduction(Site site, String type) {
    long[] axes = site.op().axes(site.rank(0));
    site.node(type, site.with(site.ints(axes)), integer("keepdims", site.op().keepsAxes() ? 1 : 0));
  }

  private static void runningSum(Site site) {
    long[] ints = site.op().ints();
    site.node(
        "CumSum",
        site.with(site.ints(ints[2])),
        integer("exclusive", ints[0]),
        integer("reverse", ints[1]));
  }

  private static void oneHot(Site site) {
    long[] ints = site.op().ints(); // axis, length
    double[] values = site.op().reals(); // on, off
    GraphWriter writer = site.writer();
    Value offAndOn =
        writer.constant(
            "off, on/" + values[1] + ", " + values[0],
            Nd4j.createFromArray(values[1], values[0]),
            site.outs().getFirst().type());
    Value numbers = writer.cast(site.in(0), DataType.INT64);
    site.node("OneHot", List.of(numbers, site.ints(ints[1]), offAndOn), integer("axis", ints[0]));
  }

  private static void product(Site site) {
    if (site.rank(0) == 2 && site.rank(1) == 2) {
      gemm(site, site.op());
      return;
    }
    long[] transpose = transpositions(site.op());
    site.node(
        "MatMul",
        List.of(
            transpose[0] == 0 ? site.in(0) : lastTwoSwapped(site, site.in(0)),
            transpose[1] == 0 ? site.in(1) : lastTwoSwapped(site, site.in(1))));
  }

  /** A product of two matrices, with a bias if there is a third operand. */
  static void gemm(Site site, Op product) {
    long[] transpose = transpositions(product);
    site.node("Gemm", integer("transA", transpose[0]), integer("transB", transpose[1]));
  }

  /** Whether the first and whether the second operand of a product is transposed. */
  private static long[] transpositions(Op product) {
    double[] factors = product.reals();
    if (product.ints()[2] != 0 || factors[0] != 1 || factors[1] != 0) {
      throw product.unsupported("a transposed or scaled result");
    }
    return product.ints();
  }

  private static Value lastTwoSwapped(Site site, Value value) {
    int rank = value.shape().rank();
    long[] axes = IntStream.range(0, rank).asLongStream().toArray();
    long last = axes[rank - 1];
    axes[rank - 1] = axes[rank - 2];
    axes[rank - 2] = last;
    return site.transposed(value, axes);
  }

  private static void concat(Site site) {
    site.node("Concat", integer("axis", site.op().ints()[0]));
  }

  private static void split(Site site) {
    List<Value> parts = site.outs();
    site.split((int) site.op().ints()[1], parts);
    site.define(parts);
  }

  private static void unstack(Site site) {
    int axis = (int) site.op().ints()[0];
    List<BatchShape.Dimension> dimensions = new ArrayList<>(site.shape(0).dimensions());
    dimensions.set(axis, new BatchShape.Dimension(1, false));
    BatchShape shape = new BatchShape(List.copyOf(dimensions));
    List<Value> outs = site.outs();
    List<Value> parts = outs.stream().map(out -> site.value(shape)).toList();
    site.split(axis, parts);
    for (int i = 0; i < parts.size(); i++) {
      site.writer().node("Squeeze", List.of(parts.get(i), site.ints(axis)), List.of(outs.get(i)));
    }
    site.define(outs);
  }

  /**
   * The arguments are masks, whose bits stand for axes (whole from the begin, ellipsis, whole to
   * the end, new, removed), and the begins, ends and strides of all axes.
   */
  private static void slice(Site site) {
    long[] ints = site.op().ints();
    if (ints[1] != 0 || ints[3] != 0 || ints[4] != 0) {
      throw site.op().unsupported("an ellipsis or a mask that adds or removes axes");
    }
    int axes = (ints.length - 5) / 3;
    if (site.op().in().size() > 1 || LongStream.of(ints).skip(5 + 2L * axes).anyMatch(s -> s < 1)) {
      throw site.op().unsupported("computed bounds or a backward stride");
    }
    List<long[]> bounds = new ArrayList<>(); // axis, begin, end, stride
    for (int axis = 0; axis < axes; axis++) {
      boolean fromBegin = (ints[0] >> axis & 1) == 1;
      boolean toEnd = (ints[2] >> axis & 1) == 1;
      long stride = ints[5 + 2 * axes + axis];
      if (!fromBegin || !toEnd || stride != 1) {
        bounds.add(
            new long[] {
              axis,
              fromBegin ? 0 : ints[5 + axis],
              toEnd ? Long.MAX_VALUE : ints[5 + axes + axis],
              stride
            });
      }
    }
    slice(site, bounds);
  }

  private static void reverse(Site site) {
    // From the last element backwards past the first.
    slice(
        site,
        Arrays.stream(site.op().ints())
            .mapToObj(axis -> new long[] {axis, -1, Long.MIN_VALUE, -1})
            .toList());
  }

  private static void slice(Site site, List<long[]> bounds) {
    site.node(
        "Slice",
        site.with(
            column(site, bounds, 1),
            column(site, bounds, 2),
            column(site, bounds, 0),
            column(site, bounds, 3)));
  }

  private static Value column(Site site, List<long[]> rows, int column) {
    return site.ints(rows.stream().mapToLong(row -> row[column]).toArray());
  }

  private static void pad(Site site) {
    if (site.op().ints()[0] != 0) {
      throw site.op().unsupported("a padding other than a constant");
    }
    INDArray widths = site.constant(1); // [rank, 2]
    site.node(
        "Pad",
        List.of(
            site.in(0),
            site.ints(widths.transpose().dup('c').reshape(-1).toLongVector()),
            site.number(site.op().reals()[0])));
  }

  private static void zeros(Site site) {
    Value shape = new Value(site.fresh(), DataType.INT64, BatchShape.fixed(site.rank(0)));
    site.writer().node("Shape", site.operands(), List.of(shape));
    site.node("ConstantOfShape", List.of(shape), tensor("value", Tensor.zero(site.in(0).type())));
  }
}
