package org.sotdl4j.engine;

import java.util.Map;

/**
 * The scalar twins of {@link Functions}: the same without vectors, and where there is one, by the
 * JDK's own function.
 */
final class Twins {

  /** A function of up to three floats. */
  @FunctionalInterface
  interface Twin {
    float apply(float x, float y, float z);
  }

  private static final Map<Lanes, Twin> OF =
      Map.ofEntries(
          Map.entry(Functions.ADD, (x, y, z) -> x + y),
          Map.entry(Functions.ADD_THREE, (x, y, z) -> x + y + z),
          Map.entry(Functions.SUBTRACT, (x, y, z) -> x - y),
          Map.entry(Functions.MULTIPLY, (x, y, z) -> x * y),
          Map.entry(Functions.DIVIDE, (x, y, z) -> x / y),
          Map.entry(Functions.FIRST, (x, y, z) -> x),
          Map.entry(Functions.NEGATE, (x, y, z) -> -x),
          Map.entry(Functions.SQUARE, (x, y, z) -> x * x),
          Map.entry(Functions.SQRT, (x, y, z) -> (float) Math.sqrt(x)),
          Map.entry(Functions.EXP_OF_DIFFERENCE, (x, y, z) -> (float) Math.exp(x - y)),
          Map.entry(Functions.SOFTMAX_GRADIENT, (x, y, z) -> (y - z) * x),
          Map.entry(Functions.MOVE, (x, y, z) -> Math.fma(y - x, z, x)),
          Map.entry(Functions.EXP, (x, y, z) -> (float) Math.exp(x)),
          Map.entry(Functions.LOG_ERFC, (x, y, z) -> logErfc(Math.min(Math.abs(x), 4))),
          Map.entry(Functions.ERF, (x, y, z) -> erf(x, y)),
          Map.entry(Functions.MAX, (x, y, z) -> Math.max(x, y)),
          Map.entry(Functions.PASS_ABOVE, (x, y, z) -> x > y ? z : 0),
          Map.entry(Functions.UPSTREAM, (x, y, z) -> z),
          Map.entry(Functions.MINUS_UPSTREAM, (x, y, z) -> -z),
          Map.entry(Functions.MULTIPLY_BY_FIRST, (x, y, z) -> z * y),
          Map.entry(Functions.MULTIPLY_BY_SECOND, (x, y, z) -> z * x),
          Map.entry(Functions.DIVIDE_BY_FIRST, (x, y, z) -> z / y),
          Map.entry(Functions.DIVIDE_BY_SECOND, (x, y, z) -> -(z * x / (y * y))));

  private Twins() {}

  static Twin of(Lanes function) {
    return OF.get(function);
  }

  private static float logErfc(float x) {
    return polynomial(
        x,
        -1.8104176e-05f,
        0.00039531666f,
        -0.0039588953f,
        0.024500974f,
        -0.10723087f,
        -0.634385f,
        -1.1289593f,
        5.030651e-05f);
  }

  private static float erf(float x, float erfc) {
    return Math.abs(x) > 1
        ? Math.copySign(1 - erfc, x)
        : Math.fma(
            polynomial(
                x * x,
                7.85386e-05f,
                -0.0008010193f,
                0.0051883277f,
                -0.026853811f,
                0.112835854f,
                -0.37612626f,
                0.12837917f),
            x,
            x);
  }

  private static float polynomial(float x, float... coefficients) {
    float p = 0;
    for (float c : coefficients) {
      p = Math.fma(p, x, c);
    }
    return p;
  }
}
