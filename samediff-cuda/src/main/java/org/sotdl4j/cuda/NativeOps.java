package org.sotdl4j.cuda;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;

/** The ops of the graph that no pass has taken, by their names in ND4J. */
final class NativeOps {

  private NativeOps() {}

  static void lower(Emitter emitter, Call call) {
    Buffer x = call.x();
    Buffer out = call.target();
    switch (call.op().opName()) {
      case "add" -> binary(emitter, Function.ADD, call);
      case "subtract" -> binary(emitter, Function.SUBTRACT, call);
      case "multiply" -> binary(emitter, Function.MULTIPLY, call);
      case "divide" -> binary(emitter, Function.DIVIDE, call);
      case "add_bp" -> {
        gradient(emitter, call, 0, of(Function.COPY, upstream(call)));
        gradient(emitter, call, 1, of(Function.COPY, upstream(call)));
      }
      case "subtract_bp" -> {
        gradient(emitter, call, 0, of(Function.COPY, upstream(call)));
        gradient(emitter, call, 1, of(Function.NEGATE, upstream(call)));
      }
      case "multiply_bp" -> {
        gradient(emitter, call, 0, of(Function.MULTIPLY, upstream(call), call.y()));
        gradient(emitter, call, 1, of(Function.MULTIPLY, upstream(call), x));
      }
      case "divide_bp" -> {
        gradient(emitter, call, 0, of(Function.DIVIDE, upstream(call), call.y()));
        gradient(emitter, call, 1, of(Function.DIVIDE_BY_SECOND, x, call.y(), upstream(call)));
      }
      case "add_scalar" -> unary(emitter, Function.ADD_CONSTANT, call, call.scalar());
      case "mul_scalar" -> unary(emitter, Function.MULTIPLY_BY_CONSTANT, call, call.scalar());
      case "rsub_scalar" -> unary(emitter, Function.CONSTANT_MINUS, call, call.scalar());
      case "pow" -> unary(emitter, Function.POWER, call, call.scalar());
      case "_powderivative" -> unary(emitter, Function.POWER_DERIVATIVE, call, call.scalar());
      case "relu" -> unary(emitter, Function.RELU, call, call.scalar());
      case "thresholdedrelu_bp" ->
          of(Function.RELU_GRADIENT, x, call.y()).with(call.real(0), 0).map(emitter, out);
      case "ClipByValue" ->
          floats(of(Function.CLIP, x).with(call.real(0), call.real(1)), call).map(emitter, out);
      case "neg" -> unary(emitter, Function.NEGATE, call, 0);
      case "square" -> unary(emitter, Function.SQUARE, call, 0);
      case "sqrt" -> unary(emitter, Function.SQRT, call, 0);
      case "abs" -> unary(emitter, Function.ABS, call, 0);
      case "sign" -> unary(emitter, Function.SIGN, call, 0);
      case "exp" -> unary(emitter, Function.EXP, call, 0);
      case "erf" -> unary(emitter, Function.ERF, call, 0);
      case "tanh" -> unary(emitter, Function.TANH, call, 0);
      case "sigmoid" -> unary(emitter, Function.SIGMOID, call, 0);
      case "swish" -> unary(emitter, Function.SWISH, call, 0);
      case "_swishderivative" -> unary(emitter, Function.SWISH_DERIVATIVE, call, 0);
      case "sigmoid_bp" -> of(Function.SIGMOID_GRADIENT, x, call.y()).map(emitter, out);
      case "tanh_bp" -> of(Function.TANH_GRADIENT, x, call.y()).map(emitter, out);
      case "identity", "stop_gradient", "reshape", "expand_dims", "squeeze" ->
          unary(emitter, Function.COPY, call, 0);
      case "greaterthan_scalar" -> Types.compare(emitter, "is_greater", DataType.FLOAT, call);
      case "lessthan_scalar" -> Types.compare(emitter, "is_less", DataType.FLOAT, call);
      case "equals_scalar" -> Types.compare(emitter, "is_equal", DataType.FLOAT, call);
      case "notequals_scalar" -> Types.compare(emitter, "is_other_int", DataType.INT32, call);
      case "cumsum" -> sums(emitter, call);
      case "onehot" -> Types.oneHot(emitter, call);
      case "cast" -> Types.cast(emitter, call);
      case "zeroslike" -> emitter.add(new Clear(out.address(), out.length() * out.type().width()));
      case "reduce_sum" -> reduction(emitter, call, 1);
      case "reduce_mean" -> reduction(emitter, call, 1.0 * out.length() / x.length());
      case "reduce_sum_bp" -> spread(emitter, call, 1);
      case "reduce_mean_bp" -> spread(emitter, call, 1.0 * call.y().length() / x.length());
      case "reduce_norm2" -> norm(emitter, call, x, out);
      case "reduce_norm2_bp" -> normGradient(emitter, call);
      case "softmax", "log_softmax" ->
          Softmaxes.forward(emitter, call.op().opName(), lastAxis(call), out);
      case "softmax_bp", "log_softmax_bp" ->
          Softmaxes.backward(emitter, call.op().opName(), lastAxis(call), call.y(), out);
      case "matmul" -> product(emitter, call);
      case "permute" -> Copies.permute(emitter, call.integers(), floats(x), out);
      case "reverse" -> Copies.reverse(emitter, call.integers(), floats(x), out);
      case "reverse_bp" -> Copies.reverse(emitter, call.integers(), call.y(), out);
      case "strided_slice" ->
          Copies.slice(emitter, StridedSlice.of(call.integers(), floats(x), floats(out)), x, out);
      case "strided_slice_bp" ->
          Copies.pad(
              emitter,
              StridedSlice.of(call.integers(), floats(x), floats(call.y())),
              call.y(),
              out);
      case "concat", "stack" -> Copies.joint(emitter, axis(call), out, call.in(), false);
      case "unstack" -> Copies.joint(emitter, axis(call), x, call.out(), true);
      // The parts come first among the inputs, for their shapes only.
      case "concat_bp" -> Copies.joint(emitter, axis(call), call.in().getLast(), call.out(), true);
      case "im2col" -> Windows.columns(emitter, window(call), x, out);
      case "im2col_bp" -> Windows.maps(emitter, window(call), call.y(), out);
      case "avgpool2d" -> Windows.pool(emitter, "avg_pool", averaging(call), x, out);
      case "avgpool2d_bp" ->
          Windows.poolGradient(emitter, "avg_pool_bp", averaging(call), x, call.y(), out);
      case "deconv2d" -> {
        requireNoBias(call, 2);
        Deconvolutions.forward(emitter, window(call), call.in(), out);
      }
      case "deconv2d_bp" -> {
        requireNoBias(call, 3);
        Deconvolutions.backward(emitter, window(call), call.in(), call.out());
      }
      default -> throw new UnsupportedOperationException("it is not written for one yet");
    }
  }

  private static Elementwise of(Function function, Buffer... in) {
    return Elementwise.of(function, in);
  }

  private static Buffer upstream(Call call) {
    return call.in().get(2);
  }

  private static Buffer floats(Buffer buffer) {
    if (!buffer.isFloat()) {
      throw new UnsupportedOperationException("it is of type %s".formatted(buffer.type()));
    }
    return buffer;
  }

  /** What is computed in floats only. */
  private static Elementwise floats(Elementwise elementwise, Call call) {
    floats(call.x());
    floats(call.target());
    return elementwise;
  }

  private static void binary(Emitter emitter, Function function, Call call) {
    floats(of(function, call.x(), call.y()), call).map(emitter, call.target());
  }

  private static void unary(Emitter emitter, Function function, Call call, double constant) {
    floats(of(function, call.x()).with(constant, 0), call).map(emitter, call.target());
  }

  /** Where an argument was spread over the result, its gradient adds up what it was spread to. */
  private static void gradient(Emitter emitter, Call call, int argument, Elementwise by) {
    floats(by, call).sum(emitter, upstream(call).shape(), call.out().get(argument), 1);
  }

  private static void reduction(Emitter emitter, Call call, double factor) {
    Buffer x = call.x();
    Buffer small = call.target().reshaped(call.reduced(x, call.target()));
    floats(of(Function.COPY, x), call).sum(emitter, x.shape(), small, factor);
  }

  /** The gradient of a reduction: the upstream one is spread over x. */
  private static void spread(Emitter emitter, Call call, double factor) {
    Buffer g = call.y().reshaped(call.reduced(call.x(), call.y()));
    of(Function.MULTIPLY_BY_CONSTANT, g).with(factor, 0).map(emitter, call.target());
  }

  private static Buffer norm(Emitter emitter, Call call, Buffer x, Buffer shaped) {
    Buffer small = shaped.reshaped(call.reduced(x, shaped));
    floats(of(Function.SQUARE, x), call).sum(emitter, x.shape(), small, 1);
    of(Function.SQRT, small).map(emitter, small);
    return small;
  }

  private static void normGradient(Emitter emitter, Call call) {
    Buffer x = call.x();
    Buffer norm = norm(emitter, call, x, emitter.scratch(call.y().shape()));
    Buffer g = call.y().reshaped(norm.shape());
    of(Function.NORM_GRADIENT, x, norm, g).map(emitter, call.target());
  }

  /** The sums so far along the last axis, each element among its own. */
  private static void sums(Emitter emitter, Call call) {
    Buffer x = floats(call.x());
    long[] settings = call.integers(); // exclusive, reverse, axis
    boolean isUsual =
        settings.length == 3
            && settings[0] == 0
            && Math.floorMod(settings[2], x.rank()) == x.rank() - 1;
    if (!isUsual) {
      throw new UnsupportedOperationException(
          "its settings are %s".formatted(Arrays.toString(settings)));
    }
    long rows = x.length() / x.size(-1);
    emitter.launch(
        "cumulative_sum",
        Windows.blocks(rows),
        256,
        Emitter.address(x),
        Emitter.address(call.target()),
        Emitter.value(rows),
        Emitter.value(x.size(-1)),
        Emitter.value((int) settings[1]));
  }

  private static Buffer lastAxis(Call call) {
    long[] settings = call.integers();
    int rank = call.x().rank();
    if (settings.length > 0 && Math.floorMod(settings[0], rank) != rank - 1) {
      throw new UnsupportedOperationException("its axis %d is not the last".formatted(settings[0]));
    }
    return call.x();
  }

  private static void product(Emitter emitter, Call call) {
    Buffer a = call.x();
    Buffer b = call.y();
    boolean fits = a.rank() == b.rank() || a.rank() == 2 || b.rank() == 2;
    if (!fits || a.rank() < 2 || b.rank() < 2 || call.isTransposed(2)) {
      throw new UnsupportedOperationException("its matrices are spread over others");
    }
    Products.product(emitter, a, call.isTransposed(0), b, call.isTransposed(1), call.target());
  }

  private static long axis(Call call) {
    if (call.in().stream().anyMatch(part -> part.type() != DataType.FLOAT)) {
      throw new UnsupportedOperationException("not all its arrays are of type FLOAT");
    }
    return call.integers()[0];
  }

  private static Window window(Call call) {
    return Window.of(call.integers());
  }

  /** What is around a map would count in a mean. */
  private static Window averaging(Call call) {
    Window window = window(call);
    if (window.padding() > 0) {
      throw new UnsupportedOperationException("it has padding");
    }
    return window;
  }

  private static void requireNoBias(Call call, int inputs) {
    if (call.in().size() != inputs) {
      throw new UnsupportedOperationException("it has a bias");
    }
  }
}
