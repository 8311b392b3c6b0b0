package org.sotdl4j.onnx;

import static org.sotdl4j.onnx.Attributes.integer;
import static org.sotdl4j.onnx.Attributes.real;
import static org.sotdl4j.onnx.Attributes.text;
import static org.sotdl4j.onnx.Pattern.any;
import static org.sotdl4j.onnx.Pattern.op;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.nd4j.linalg.api.buffer.DataType;
import org.sotdl4j.onnx.Pattern.Match;
import org.sotdl4j.onnx.Rule.Numbers;

/** Ops that together are one of ONNX. */
final class Fusions {

  /**
   * Several ops that become one node.
   *
   * @param pattern of them
   * @param operands of the node
   * @param condition that a match must fulfil
   * @param numbers what the node computes with in a model of half precision
   * @param node writes it
   */
  private record Fusion(
      Pattern pattern,
      List<Pattern> operands,
      Predicate<Match> condition,
      Numbers numbers,
      BiConsumer<Site, Match> node) {

    boolean write(GraphWriter writer, Op op) {
      var match = pattern.find(writer.graph(), op).filter(condition);
      match.ifPresent(m ->
          writer.write(
              op,
              operands.stream().map(m::variable).toList(),
              new Rule(numbers, site -> node.accept(site, m))));
      return match.isPresent();
    }
  }

  private static final Pattern X = any("x");
  private static final Pattern WEIGHT = any("weight");
  private static final Pattern BIAS = any("bias");

  private static final List<Fusion> ALL =
      List.of(layerNorm(), batchNorm(), linear(), gelu(), tanhGelu(), embedding());

  private Fusions() {}

  /**
   * Writes an op and those before it as one node, if they are one. The others have been written
   * before and are left out in the end unless something else reads them.
   */
  static boolean write(GraphWriter writer, Op op) {
    return ALL.stream().anyMatch(fusion -> fusion.write(writer, op));
  }

  /** Over the last axis: {@code (x - mean) / sqrt(variance + eps) * weight + bias}. */
  private static Fusion layerNorm() {
    Pattern mean = op("reduce_mean", X);
    Pattern centred = op("subtract", X, mean);
    Pattern variance = op("reduce_mean", op("multiply", centred, centred));
    Pattern guarded = op("add_scalar", variance);
    Pattern normalised = op("divide", centred, op("sqrt", guarded));
    return new Fusion(
        op("add", op("multiply", normalised, WEIGHT), BIAS),
        List.of(X, WEIGHT, BIAS),
        m -> {
          int last = m.shape(X).rank() - 1;
          BatchShape vector = BatchShape.fixed(m.shape(X).get(last).size());
          return isMeanOver(m.op(mean), last)
              && isMeanOver(m.op(variance), last)
              && m.shape(WEIGHT).equals(vector)
              && m.shape(BIAS).equals(vector);
        },
        Numbers.AS_OPERANDS, // the sums are in float in any case
        (site, m) ->
            site.node(
                "LayerNormalization",
                integer("axis", -1),
                real("epsilon", m.op(guarded).scalar())));
  }

  private static boolean isMeanOver(Op mean, int axis) {
    long[] axes = mean.axes(axis + 1);
    return axes.length == 1 && axes[0] == axis && mean.keepsAxes();
  }

  /** By running statistics, of channels in axis 1. */
  private static Fusion batchNorm() {
    Pattern mean = any("mean");
    Pattern variance = any("variance");
    List<Pattern> vectors = List.of(WEIGHT, BIAS, mean, variance);
    Pattern guarded = op("add_scalar", op("reshape", variance));
    Pattern scale = op("divide", op("reshape", WEIGHT), op("sqrt", guarded));
    Pattern centred = op("subtract", X, op("reshape", mean));
    return new Fusion(
        op("add", op("multiply", centred, scale), op("reshape", BIAS)),
        List.of(X, WEIGHT, BIAS, mean, variance),
        m -> {
          BatchShape vector = BatchShape.fixed(m.shape(X).get(1).size());
          return vectors.stream()
              .allMatch(v ->
                  m.shape(v).equals(vector) && isPerChannel(m.shape(op("reshape", v)), m.shape(X)));
        },
        Numbers.AS_OPERANDS,
        (site, m) -> site.node("BatchNormalization", real("epsilon", m.op(guarded).scalar())));
  }

  /** Whether a shape is [1, C, 1, ...] for a map [B, C, ...]. */
  private static boolean isPerChannel(BatchShape shape, BatchShape map) {
    long[] expected = new long[map.rank()];
    Arrays.fill(expected, 1);
    expected[1] = map.get(1).size();
    return shape.equals(BatchShape.fixed(expected));
  }

  /** A product of two matrices with a bias. */
  private static Fusion linear() {
    Pattern product = op("matmul", X, WEIGHT);
    return new Fusion(
        op("add", product, BIAS),
        List.of(X, WEIGHT, BIAS),
        m ->
            m.shape(X).rank() == 2
                && m.shape(WEIGHT).rank() == 2
                && m.shape(BIAS).equals(BatchShape.fixed(m.shape(product).get(1).size())),
        Numbers.HALF,
        (site, m) -> Writers.gemm(site, m.op(product)));
  }

  /** The exact GELU: {@code x * 0.5 * (1 + erf(x * sqrt(0.5)))}. */
  private static Fusion gelu() {
    Pattern erf = op("erf", op("mul_scalar", Math.sqrt(0.5), X));
    return new Fusion(
        op("multiply", X, op("mul_scalar", 0.5, op("add_scalar", 1, erf))),
        List.of(X),
        m -> true,
        Numbers.AS_OPERANDS,
        (site, m) -> site.node("Gelu"));
  }

  /** The approximate GELU: {@code x * 0.5 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))}. */
  private static Fusion tanhGelu() {
    Pattern cube = op("multiply", op("multiply", X, X), X);
    Pattern inner = op("add", X, op("mul_scalar", 0.044715, cube));
    Pattern tanh = op("tanh", op("mul_scalar", Math.sqrt(2 / Math.PI), inner));
    return new Fusion(
        op("multiply", op("mul_scalar", 0.5, X), op("add_scalar", 1, tanh)),
        List.of(X),
        m -> true,
        Numbers.AS_OPERANDS,
        (site, m) -> site.node("Gelu", text("approximate", "tanh")));
  }

  /**
   * Rows of a table: its product with rows that are 1 at one place each. Numbers beyond the table,
   * which SameDiff gives zeros for, are errors in ONNX.
   */
  private static Fusion embedding() {
    Pattern oneHot = op("onehot", X);
    Pattern rows = op("reshape", oneHot);
    Pattern product = op("matmul", rows, WEIGHT);
    return new Fusion(
        product,
        List.of(WEIGHT), // numbers of rows do not take part in computing
        m -> {
          long[] transpose = m.op(product).ints();
          double[] values = m.op(oneHot).reals();
          int rank = m.shape(oneHot).rank();
          return m.shape(WEIGHT).rank() == 2
              && m.shape(rows).rank() == 2
              && m.shape(oneHot).get(rank - 1).equals(m.shape(rows).get(1))
              && (m.op(oneHot).ints()[0] == -1 || m.op(oneHot).ints()[0] == rank - 1)
              && transpose[0] == 0
              && transpose[1] == 0
              && values[0] == 1
              && values[1] == 0;
        },
        Numbers.HALF,
        (site, m) -> {
          Value numbers = site.writer().cast(site.writer().value(m.variable(X)), DataType.INT64);
          BatchShape flat = new BatchShape(List.of(m.shape(rows).get(0)));
          site.node(
              "Gather", List.of(site.in(0), site.reshaped(numbers, flat)), integer("axis", 0));
        });
  }
}
