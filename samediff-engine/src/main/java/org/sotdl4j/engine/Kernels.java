package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * Java kernels for the ops at which libnd4j is slow: 3 to 30 times slower than memory allows. Only
 * for float arrays that lie in the order of their indices; everything else runs natively.
 *
 * <p>Set the system property {@value #PROPERTY} to {@code native} to do without kernels, or from
 * the start to {@code scalar} for their twins without vectors, which are slow.
 */
final class Kernels {

  static final String PROPERTY = "sotdl4j.kernels";
  static final String JAVA = "java";
  static final String SCALAR = "scalar";

  private static final Set<String> ELEMENTWISE =
      Set.of(
          "add",
          "subtract",
          "multiply",
          "divide",
          "neg",
          "square",
          "sqrt",
          "exp",
          "add_scalar",
          "mul_scalar",
          "relu",
          "thresholdedrelu_bp");

  private final DifferentialFunction op;
  private final List<Floats> in;
  private final List<Floats> out;

  private Kernels(DifferentialFunction op, List<Floats> in, List<Floats> out) {
    this.op = op;
    this.in = in;
    this.out = out;
  }

  /** A step that does what an op does to these arrays, if there is a kernel for it. */
  static Optional<Step> of(DifferentialFunction op, List<INDArray> in, List<INDArray> out) {
    String choice = System.getProperty(PROPERTY, JAVA);
    return switch (choice) {
      case "native" -> Optional.empty();
      case JAVA, SCALAR -> {
        List<Floats> inputs = floats(in);
        List<Floats> outputs = floats(out);
        yield inputs.size() == in.size() && outputs.size() == out.size()
            ? new Kernels(op, inputs, outputs).kernel()
            : Optional.empty();
      }
      default ->
          throw new IllegalArgumentException(
              "The system property %s is %s; it can be java, scalar or native"
                  .formatted(PROPERTY, choice));
    };
  }

  /** Whether kernels run at all. */
  static boolean enabled() {
    return !System.getProperty(PROPERTY, JAVA).equals("native");
  }

  /** Whether each value of an op's output depends on the inputs' values at the same place only. */
  static boolean isElementwise(String op) {
    return ELEMENTWISE.contains(op);
  }

  private static List<Floats> floats(List<INDArray> arrays) {
    return arrays.stream().map(Floats::of).flatMap(Optional::stream).toList();
  }

  private Optional<Step> kernel() {
    return switch (op.opName()) {
      case "add" -> binary(Functions.ADD);
      case "subtract" -> binary(Functions.SUBTRACT);
      case "multiply" -> binary(Functions.MULTIPLY);
      case "divide" -> binary(Functions.DIVIDE);
      case "add_bp" -> gradients(Functions.UPSTREAM, Functions.UPSTREAM);
      case "subtract_bp" -> gradients(Functions.UPSTREAM, Functions.MINUS_UPSTREAM);
      case "multiply_bp" -> gradients(Functions.MULTIPLY_BY_FIRST, Functions.MULTIPLY_BY_SECOND);
      case "divide_bp" -> gradients(Functions.DIVIDE_BY_FIRST, Functions.DIVIDE_BY_SECOND);
      case "neg" -> unary(Functions.NEGATE, 0);
      case "square" -> unary(Functions.SQUARE, 0);
      case "sqrt" -> unary(Functions.SQRT, 0);
      case "exp" -> unary(Functions.EXP, 0);
      case "erf" -> erf();
      case "add_scalar" -> unary(Functions.ADD, scalar());
      case "mul_scalar" -> unary(Functions.MULTIPLY, scalar());
      case "relu" -> unary(Functions.MAX, scalar());
      case "thresholdedrelu_bp" -> reluGradient();
      case "reduce_sum" -> reduction(1);
      case "reduce_mean" -> reduction(1.0 * out.getFirst().length() / in.getFirst().length());
      case "reduce_sum_bp" -> spread(1);
      case "reduce_mean_bp" -> spread(1.0 * in.get(1).length() / in.getFirst().length());
      case "softmax" ->
          onLastAxis()
              ? Optional.of(new Softmax(in.getFirst(), out.getFirst(), lastLength()).forward())
              : Optional.empty();
      case "softmax_bp" ->
          onLastAxis()
              ? Optional.of(
                  new Softmax(in.getFirst(), out.getFirst(), lastLength()).backward(in.get(1)))
              : Optional.empty();
      case "matmul" -> product();
      case "matmul_bp" -> productGradients();
      case "permute" -> Optional.of(permutation());
      case "concat", "stack" -> Optional.of(joint(out.getFirst(), in, false));
      // The parts come first among the inputs, for their shapes only.
      case "concat_bp" -> Optional.of(joint(in.getLast(), out, true));
      case "unstack" -> Optional.of(joint(in.getFirst(), out, true));
      default -> Optional.empty();
    };
  }

  private Optional<Step> binary(Lanes function) {
    Floats x = in.getFirst();
    Floats y = in.get(1);
    return Broadcast.of(out.getFirst().shape(), List.of(x.shape(), y.shape()))
        .map(Elementwise::new)
        .map(e -> e.map(function, e.operand(x), e.operand(y), Operand.NONE, target()));
  }

  /** Inputs x, y and the upstream gradient, outputs the gradients by x and y. */
  private Optional<Step> gradients(Lanes byFirst, Lanes bySecond) {
    Floats x = in.getFirst();
    Floats y = in.get(1);
    Floats z = in.get(2);
    return Broadcast.of(z.shape(), List.of(x.shape(), y.shape()))
        .map(Elementwise::new)
        .map(e -> {
          Step first = gradient(e, byFirst, out.getFirst());
          Step second = gradient(e, bySecond, out.get(1));
          return () -> {
            first.run();
            second.run();
          };
        });
  }

  private Step gradient(Elementwise e, Lanes function, Floats target) {
    Operand x = e.operand(in.getFirst());
    Operand y = e.operand(in.get(1));
    Operand z = e.operand(in.get(2));
    return target.length() == in.get(2).length()
        ? e.map(function, x, y, z, target.address())
        : e.sum(function, x, y, z, target.address(), 1);
  }

  private Optional<Step> unary(Lanes function, float constant) {
    return same()
        .map(e ->
            e.map(
                function,
                e.operand(in.getFirst()),
                Operand.constant(constant),
                Operand.NONE,
                target()));
  }

  private Optional<Step> erf() {
    return same()
        .map(e -> {
          Operand x = e.operand(in.getFirst());
          Operand y = e.operand(out.getFirst());
          Step logarithm = e.map(Functions.LOG_ERFC, x, Operand.NONE, Operand.NONE, target());
          Step power = e.map(Functions.EXP, y, Operand.NONE, Operand.NONE, target());
          Step whole = e.map(Functions.ERF, x, y, Operand.NONE, target());
          return () -> {
            logarithm.run();
            power.run();
            whole.run();
          };
        });
  }

  private Optional<Step> reluGradient() {
    float threshold = (float) ((CustomOp) op).tArgs()[0];
    return same()
        .map(e ->
            e.map(
                Functions.PASS_ABOVE,
                e.operand(in.getFirst()),
                Operand.constant(threshold),
                e.operand(in.get(1)),
                target()));
  }

  private Optional<Elementwise> same() {
    return Broadcast.of(out.getFirst().shape(), List.of(in.getFirst().shape()))
        .filter(Broadcast::isSame)
        .map(Elementwise::new);
  }

  private long target() {
    return out.getFirst().address();
  }

  private float scalar() {
    return ((ScalarOp) op).scalar().getFloat(0);
  }

  private Optional<Step> reduction(double factor) {
    Floats x = in.getFirst();
    return reduced(x, out.getFirst())
        .map(e ->
            e.sum(Functions.FIRST, e.operand(x), Operand.NONE, Operand.NONE, target(), factor));
  }

  /** The gradient of a reduction: inputs x and the upstream gradient, which is spread over x. */
  private Optional<Step> spread(double factor) {
    Floats upstream = in.get(1);
    return reduced(in.getFirst(), upstream)
        .map(e ->
            e.map(
                Functions.MULTIPLY,
                e.operand(upstream),
                Operand.constant((float) factor),
                Operand.NONE,
                target()));
  }

  /** Only where the reduced axes stay as 1, because else the shapes do not tell which they were. */
  private static Optional<Elementwise> reduced(Floats full, Floats small) {
    boolean plain = small.length() == 1 || small.shape().length == full.shape().length;
    return Optional.of(full.shape())
        .filter(shape -> plain)
        .flatMap(shape -> Broadcast.of(shape, List.of(small.shape())))
        .map(Elementwise::new);
  }

  private boolean onLastAxis() {
    return Rewriter.isLastAxis(((CustomOp) op).iArgs(), in.getFirst().shape().length);
  }

  private long lastLength() {
    long[] shape = in.getFirst().shape();
    return shape[shape.length - 1];
  }

  private Optional<Step> product() {
    double[] factors = ((CustomOp) op).tArgs(); // of the product and of what c held before
    boolean plain = factors.length < 2 || (factors[0] == 1 && factors[1] == 0);
    if (!plain || transposed(2)) {
      return Optional.empty();
    }
    Floats a = in.getFirst();
    Floats b = in.get(1);
    Floats c = out.getFirst();
    return a.shape().length == 2 && b.shape().length == 2
        ? BlockedProduct.of(a, transposed(0), b, transposed(1), c, 0)
        : BatchedProduct.of(a, transposed(0), b, transposed(1), c);
  }

  /** Of c = a b by a and b: g b' and a' g, or transposed where a or b lies transposed. */
  private Optional<Step> productGradients() {
    if (transposed(2)) {
      return Optional.empty();
    }
    Floats a = in.getFirst();
    Floats b = in.get(1);
    Floats g = in.get(2);
    boolean ta = transposed(0);
    boolean tb = transposed(1);
    Optional<Step> byA =
        ta
            ? BatchedProduct.of(b, tb, g, true, out.getFirst())
            : BatchedProduct.of(g, false, b, !tb, out.getFirst());
    Optional<Step> byB =
        tb
            ? BatchedProduct.of(g, true, a, ta, out.get(1))
            : BatchedProduct.of(a, !ta, g, false, out.get(1));
    return byA.flatMap(first ->
        byB.map(second ->
            () -> {
              first.run();
              second.run();
            }));
  }

  private boolean transposed(int argument) {
    long[] flags = ((CustomOp) op).iArgs();
    return flags.length > argument && flags[argument] != 0;
  }

  private Step permutation() {
    long[] order = ((CustomOp) op).iArgs();
    long[] shape = in.getFirst().shape();
    long[] from = StridedCopy.strides(shape);
    long[] to = StridedCopy.strides(out.getFirst().shape());
    List<StridedCopy.Axis> axes = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      int source = Math.floorMod(order[i], shape.length);
      axes.add(new StridedCopy.Axis(shape[source], from[source], to[i]));
    }
    return new StridedCopy(in.getFirst().address(), out.getFirst().address(), axes);
  }

  /** Joins arrays on an old or new axis, or, with the roles of the ends changed, splits one. */
  private Step joint(Floats whole, List<Floats> parts, boolean split) {
    int axis = Math.floorMod(((CustomOp) op).iArgs()[0], whole.shape().length);
    long wholeRun = run(whole, axis);
    List<Step> copies = new ArrayList<>();
    long inWhole = whole.address();
    for (Floats part : parts) {
      long run = run(part, axis);
      List<StridedCopy.Axis> axes =
          List.of(
              new StridedCopy.Axis(
                  part.length() / run, split ? wholeRun : run, split ? run : wholeRun),
              new StridedCopy.Axis(run, 1, 1));
      copies.add(
          split
              ? new StridedCopy(inWhole, part.address(), axes)
              : new StridedCopy(part.address(), inWhole, axes));
      inWhole += run * Floats.BYTES;
    }
    return () -> copies.forEach(Step::run);
  }

  /** The floats that an array has for one index of the axes before some axis. */
  private static long run(Floats array, int axis) {
    return Arrays.stream(array.shape()).skip(axis).reduce(1, (a, b) -> a * b);
  }
}
