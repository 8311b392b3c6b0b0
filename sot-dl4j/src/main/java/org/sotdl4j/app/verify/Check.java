package org.sotdl4j.app.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Collects the comparisons of one case and keeps the worst of them. */
final class Check {

  private final List<String> failures = new ArrayList<>();
  private String worst = "";
  private double worstShare = -1;
  private int comparisons;

  /** Compares two arrays by their relative L2 distance. */
  void array(String what, INDArray actual, INDArray expected, double tolerance) {
    if (actual == null) {
      fail(what + " is missing");
    } else if (actual.length() != expected.length()) {
      fail("%s has %d values, expected %d".formatted(what, actual.length(), expected.length()));
    } else {
      INDArray a = flat(actual);
      INDArray b = flat(expected);
      double norm = b.norm2Number().doubleValue();
      double distance = a.sub(b).norm2Number().doubleValue();
      number(what, norm == 0 ? distance : distance / norm, tolerance);
    }
  }

  /** Compares two numbers by their absolute distance. */
  void absolute(String what, double actual, double expected, double tolerance) {
    number(what, Math.abs(actual - expected), tolerance);
  }

  /** Compares an error with its bound; not-a-number fails. */
  void number(String what, double error, double tolerance) {
    comparisons++;
    double share = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / tolerance;
    if (share > worstShare) {
      worstShare = share;
      worst = String.format(Locale.ROOT, "%s %.1e (bound %.1e)", what, error, tolerance);
    }
    if (!(share <= 1)) {
      failures.add(
          String.format(Locale.ROOT, "%s differs by %.1e, bound %.1e", what, error, tolerance));
    }
  }

  /** Compares two values that must be equal. */
  void equal(String what, Object actual, Object expected) {
    comparisons++;
    if (!actual.equals(expected)) {
      fail("%s is %s, expected %s".formatted(what, actual, expected));
    }
  }

  void fail(String message) {
    failures.add(message);
  }

  /** The result under a case's name. */
  Outcome outcome(String name) {
    if (failures.isEmpty() && comparisons == 0) {
      failures.add("nothing was compared");
    }
    return failures.isEmpty()
        ? new Outcome(name, true, "%d comparisons, worst: %s".formatted(comparisons, worst))
        : new Outcome(name, false, String.join("; ", failures));
  }

  private static INDArray flat(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').reshape(array.length());
  }
}
