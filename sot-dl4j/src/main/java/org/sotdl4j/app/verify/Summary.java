package org.sotdl4j.app.verify;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import tools.jackson.databind.JsonNode;

/**
 * Compares an array with the numbers that a fixture keeps of a large one: length, mean, single
 * values.
 */
final class Summary {

  private Summary() {}

  /**
   * Compares all that is there of {@code l2}, {@code sum}, {@code mean}, {@code std}, {@code
   * first8} and {@code strided8}, each relative to the array's own size.
   */
  static void compare(
      Check check, String name, INDArray array, JsonNode expected, double tolerance) {
    if (array == null) {
      check.fail(name + " is missing");
      return;
    }
    if (expected.has("shape") && product(expected.get("shape")) != array.length()) {
      check.fail(
          "%s has %d values, expected %d"
              .formatted(name, array.length(), product(expected.get("shape"))));
      return;
    }
    INDArray flat = array.castTo(DataType.DOUBLE).dup('c').reshape(array.length());
    double n = flat.length();
    double l2 = expected.get("l2").asDouble();
    double rms = Math.max(l2 / Math.sqrt(n), Double.MIN_NORMAL);
    check.number(
        name + " l2",
        Math.abs(flat.norm2Number().doubleValue() - l2) / Math.max(l2, Double.MIN_NORMAL),
        tolerance);
    double mean = flat.sumNumber().doubleValue() / n;
    if (expected.has("sum")) {
      check.number(
          name + " sum", Math.abs(mean - expected.get("sum").asDouble() / n) / rms, tolerance);
    }
    if (expected.has("mean")) {
      check.number(
          name + " mean", Math.abs(mean - expected.get("mean").asDouble()) / rms, tolerance);
    }
    if (expected.has("std")) {
      double std = flat.sub(mean).norm2Number().doubleValue() / Math.sqrt(n);
      check.number(name + " std", Math.abs(std - expected.get("std").asDouble()) / rms, tolerance);
    }
    values(check, name + " first8", flat, expected.get("first8"), 1, rms, tolerance);
    values(check, name + " strided8", flat, expected.get("strided8"), n / 8, rms, tolerance);
  }

  private static void values(
      Check check,
      String what,
      INDArray flat,
      JsonNode expected,
      double stride,
      double rms,
      double tolerance) {
    if (expected == null) {
      return;
    }
    double distance = 0;
    double norm = 0;
    for (int k = 0; k < expected.size(); k++) {
      double b = expected.get(k).asDouble();
      double d = flat.getDouble((long) Math.floor(k * stride)) - b;
      distance += d * d;
      norm += b * b;
    }
    // Small values among large ones carry the rounding of the large ones.
    double scale = Math.max(Math.sqrt(norm), rms * Math.sqrt(expected.size()));
    check.number(what, Math.sqrt(distance) / scale, tolerance);
  }

  private static long product(JsonNode shape) {
    long product = 1;
    for (JsonNode n : shape) {
      product *= n.asLong();
    }
    return product;
  }
}
