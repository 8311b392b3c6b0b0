package org.sotdl4j.onnx;

import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * How an op is written.
 *
 * @param numbers what it computes with in a model of half precision
 */
record Rule(Numbers numbers, Writer writer) {

  private static final double HALF_MIN = 6.2e-5; // smaller ones lose digits
  static final double HALF_MAX = 65504;

  /** What an op computes with in a model of half precision. */
  enum Numbers {
    /** Half precision: products, where the time goes. */
    HALF,
    /** Float: what half precision would spoil. */
    FLOAT,
    /** Half precision unless an operand is float. */
    AS_OPERANDS
  }

  /** Writes the nodes of an op. */
  @FunctionalInterface
  interface Writer {
    void write(Site site);
  }

  /** Of a product. */
  static Rule half(Writer writer) {
    return new Rule(Numbers.HALF, writer);
  }

  /** Of a sum over many values, a power, a root. */
  static Rule exact(Writer writer) {
    return new Rule(Numbers.FLOAT, writer);
  }

  /** Of all others. */
  static Rule any(Writer writer) {
    return new Rule(Numbers.AS_OPERANDS, writer);
  }

  /** What an op computes with: float where it takes a number that half precision does not have. */
  Numbers numbers(Op op) {
    return op.function() instanceof ScalarOp && !isHalf(op.scalar()) ? Numbers.FLOAT : numbers;
  }

  private static boolean isHalf(double number) {
    double size = Math.abs(number);
    return size == 0 || (size >= HALF_MIN && size <= HALF_MAX);
  }
}
