package org.sotdl4j.cuda;

import java.util.Locale;

/**
 * A function of single floats: x, y and z from arrays, and the constants a and b. {@link Generator}
 * makes kernels of each.
 */
enum Function {
  COPY("x", true),
  ADD("x + y", false),
  ADD_THREE("x + y + z", false),
  SUBTRACT("x - y", false),
  MULTIPLY("x * y", true),
  DIVIDE("x / y", true),
  NEGATE("-x", true),
  SQUARE("x * x", true),
  SQRT("sqrtf(x)", false),
  ABS("fabsf(x)", false),
  SIGN("(float)((x > 0.0f) - (x < 0.0f))", false),
  EXP("expf(x)", false),
  ERF("erff(x)", false),
  TANH("tanhf(x)", false),
  SIGMOID("1.0f / (1.0f + expf(-x))", false),
  SWISH("x / (1.0f + expf(-x))", false),
  ADD_CONSTANT("x + a", false),
  CONSTANT_MINUS("a - x", false),
  MULTIPLY_BY_CONSTANT("x * a", false),
  POWER("powf(x, a)", false),
  // A NaN stays one.
  RELU("x < a ? a : x", false),
  CLIP("x < a ? a : x > b ? b : x", false),
  // cuBLASLt's epilogue has the tanh approximation, and the models need the exact one.
  GELU("0.5f * x * (1.0f + erff(x * 0.70710678f))", false),

  // Gradients. The upstream one is y, or z where there are two arguments.
  GELU_GRADIENT(
      "y * (0.5f * (1.0f + erff(x * 0.70710678f)) + x * 0.39894228f * expf(-0.5f * x * x))", false),
  RELU_GRADIENT("x > a ? y : 0.0f", false),
  SIGMOID_GRADIENT("y * (1.0f / (1.0f + expf(-x))) * (1.0f / (1.0f + expf(x)))", false),
  TANH_GRADIENT("y * (1.0f - tanhf(x) * tanhf(x))", false),
  SWISH_DERIVATIVE("(1.0f / (1.0f + expf(-x))) * (1.0f + x * (1.0f / (1.0f + expf(x))))", false),
  POWER_DERIVATIVE("a * powf(x, a - 1.0f)", false),
  DIVIDE_BY_SECOND("-z * x / (y * y)", true),
  /** Of a Euclidean norm y by x. */
  NORM_GRADIENT("z * x / y", false);

  private final String expression;
  private final boolean summed;

  /**
   * @param summed whether sums of its values are needed too
   */
  Function(String expression, boolean summed) {
    this.expression = expression;
    this.summed = summed;
  }

  String expression() {
    return expression;
  }

  boolean isSummed() {
    return summed;
  }

  /** The name of one of its kernels. */
  String kernel(String kind) {
    return name().toLowerCase(Locale.ROOT) + "_" + kind;
  }
}
