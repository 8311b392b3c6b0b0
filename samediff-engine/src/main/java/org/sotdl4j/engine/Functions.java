package org.sotdl4j.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The functions of single floats. Only operations whose result does not change when the JIT
 * compiles them, so a run repeats exactly: the Vector API's own EXP, for one, does not.
 */
final class Functions {

  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  static final Lanes ADD = (x, y, z) -> x.add(y);
  static final Lanes ADD_THREE = (x, y, z) -> x.add(y).add(z);
  static final Lanes SUBTRACT = (x, y, z) -> x.sub(y);
  static final Lanes MULTIPLY = (x, y, z) -> x.mul(y);
  static final Lanes DIVIDE = (x, y, z) -> x.div(y);

  static final Lanes FIRST = (x, y, z) -> x;
  static final Lanes NEGATE = (x, y, z) -> x.neg();
  static final Lanes SQUARE = (x, y, z) -> x.mul(x);
  static final Lanes SQRT = (x, y, z) -> x.lanewise(VectorOperators.SQRT);
  static final Lanes EXP_OF_DIFFERENCE = (x, y, z) -> exp(x.sub(y));

  /** From the softmax, its upstream gradient and the sum of their products over the row. */
  static final Lanes SOFTMAX_GRADIENT = (x, y, z) -> y.sub(z).mul(x);

  /** From x towards y by the share z. */
  static final Lanes MOVE = (x, y, z) -> y.sub(x).fma(z, x);

  static final Lanes EXP = (x, y, z) -> exp(x);

  // The error function is an odd polynomial up to 1 and beyond it 1 - e^p with p a polynomial for
  // ln erfc. The coefficients are weighted minimax fits to values of 40 digits, made for this
  // class. In three functions, because the JIT does not inline a large one and then boxes vectors.
  static final Lanes LOG_ERFC = (x, y, z) -> logErfc(x.abs().min(4f)); // erf is 1 from 3.92
  static final Lanes ERF = (x, y, z) -> erf(x, y);

  /** The larger of x and y. */
  static final Lanes MAX = (x, y, z) -> x.max(y);

  /** z where x is greater than y, else 0. */
  static final Lanes PASS_ABOVE =
      (x, y, z) -> FloatVector.zero(SPECIES).blend(z, x.compare(VectorOperators.GT, y));

  // Gradients of the four operations by their first and second argument; z is the upstream one.
  static final Lanes UPSTREAM = (x, y, z) -> z;
  static final Lanes MINUS_UPSTREAM = (x, y, z) -> z.neg();
  static final Lanes MULTIPLY_BY_FIRST = (x, y, z) -> z.mul(y);
  static final Lanes MULTIPLY_BY_SECOND = (x, y, z) -> z.mul(x);
  static final Lanes DIVIDE_BY_FIRST = (x, y, z) -> z.div(y);
  static final Lanes DIVIDE_BY_SECOND = (x, y, z) -> z.mul(x).div(y.mul(y)).neg();

  /** Added to a float of size below 2^22, it leaves the nearest integer in the lowest bits. */
  private static final float ROUND = 0x1.8p23f;

  private static final float LOG2_E = (float) (1 / Math.log(2));

  /** ln 2 in two parts; the first has few bits, so its product with an integer is exact. */
  private static final float LN2_HIGH = 0x1.62ep-1f;

  private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);

  // As vectors, because the JIT stops inlining when it has seen too many broadcasts.
  private static final FloatVector POWER_0 = all(1);
  private static final FloatVector POWER_1 = all(0.6931472f);
  private static final FloatVector POWER_2 = all(0.24022648f);
  private static final FloatVector POWER_3 = all(5.5503324e-2f);
  private static final FloatVector POWER_4 = all(9.618437e-3f);
  private static final FloatVector POWER_5 = all(1.3398874e-3f);
  private static final FloatVector POWER_6 = all(1.5353362e-4f);

  private Functions() {}

  /**
   * e^x = 2^n e^r with |r| <= ln 2 / 2, where the series of e^r to r^7 is exact to the last bit.
   */
  static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.max(-104f).min(89f);
    FloatVector rounded = bounded.mul(LOG2_E).add(ROUND);
    FloatVector n = rounded.sub(ROUND);
    FloatVector r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), bounded));
    // 2^n in two factors, because n goes from -150 to 128.
    IntVector power = rounded.reinterpretAsInts().sub(Float.floatToRawIntBits(ROUND));
    IntVector half = power.lanewise(VectorOperators.ASHR, 1);
    return expNearZero(r).mul(powerOfTwo(half)).mul(powerOfTwo(power.sub(half)));
  }

  /**
   * 2^x for x from -126 to 127, below that 2^-126, to 1e-7 of its value: cheaper than {@link #exp}.
   */
  static FloatVector powerOfTwo(FloatVector x) {
    FloatVector bounded = x.blend(-126f, x.compare(VectorOperators.LT, -126f));
    FloatVector rounded = bounded.add(ROUND);
    FloatVector r = bounded.sub(rounded.sub(ROUND));
    // The lowest bits of "rounded" go to where a float has its exponent.
    IntVector power = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return powerNearZero(r).reinterpretAsInts().add(power).reinterpretAsFloats();
  }

  /** 2^r for |r| up to 1/2. The coefficients are a minimax fit made for this class. */
  private static FloatVector powerNearZero(FloatVector r) {
    return POWER_6
        .fma(r, POWER_5)
        .fma(r, POWER_4)
        .fma(r, POWER_3)
        .fma(r, POWER_2)
        .fma(r, POWER_1)
        .fma(r, POWER_0);
  }

  private static FloatVector expNearZero(FloatVector r) {
    FloatVector p = step(all(1f / 5040), r, 1f / 720);
    p = step(p, r, 1f / 120);
    p = step(p, r, 1f / 24);
    p = step(p, r, 1f / 6);
    p = step(p, r, 0.5f);
    p = step(p, r, 1f);
    return step(p, r, 1f);
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(Float.MAX_EXPONENT).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  /** From x and erfc(|x|), of which the latter counts only where |x| is above 1. */
  private static FloatVector erf(FloatVector x, FloatVector erfc) {
    FloatVector far = all(1f).sub(erfc);
    far = far.blend(far.neg(), x.compare(VectorOperators.LT, 0f));
    return erfNearZero(x).blend(far, x.abs().compare(VectorOperators.GT, 1f));
  }

  /** x + x p(x^2), for |x| up to 1. */
  private static FloatVector erfNearZero(FloatVector x) {
    FloatVector square = x.mul(x);
    FloatVector p = step(all(7.85386e-05f), square, -0.0008010193f);
    p = step(p, square, 0.0051883277f);
    p = step(p, square, -0.026853811f);
    p = step(p, square, 0.112835854f);
    p = step(p, square, -0.37612626f);
    p = step(p, square, 0.12837917f);
    return p.fma(x, x);
  }

  /** For x from 1 to 4. */
  private static FloatVector logErfc(FloatVector x) {
    FloatVector p = step(all(-1.8104176e-05f), x, 0.00039531666f);
    p = step(p, x, -0.0039588953f);
    p = step(p, x, 0.024500974f);
    p = step(p, x, -0.10723087f);
    p = step(p, x, -0.634385f);
    p = step(p, x, -1.1289593f);
    return step(p, x, 5.030651e-05f);
  }

  /** One step of Horner's scheme: p x + c. */
  private static FloatVector step(FloatVector p, FloatVector x, float c) {
    return p.fma(x, all(c));
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
