package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fast singular-value power normalisation: the {@code svNum} largest singular values s, found by
 * power iteration from a learned vector, become {@code s^alpha}; the rest of the matrix is divided
 * by {@code s_last^(1 - alpha) + 1e-5}. [M, p, d] to the same. Official file: {@code
 * sot_src/normalization/svPN.py}; So-ViT (Xie et al., 2021), section 3.2.
 *
 * <p>Gradients flow through the iterations. With {@code svNum} of 2 or more take {@code iterNum} of
 * 2 or more: after one iteration the remainder maps the start vector to exactly zero, and the next
 * direction is rounding noise.
 *
 * <p>State: {@code weight} [d], the start vector, unless {@code learned} is false (then ones).
 *
 * @param alpha exponent, 0.5 in the paper
 * @param iterNum power iterations for each singular value
 * @param svNum how many singular values are treated exactly; 0 for all, with nothing left over
 * @param width d, the number of columns
 * @param learned whether the start vector is a parameter
 */
public record SvPn(double alpha, int iterNum, int svNum, int width, boolean learned)
    implements MatrixNorm {

  public SvPn {
    if (iterNum < 1 || svNum < 0) {
      throw new IllegalArgumentException(
          "svPN needs at least one iteration, not %d, of %d singular values"
              .formatted(iterNum, svNum));
    }
  }

  /** The setting of all released models: the first singular value by one iteration, square root. */
  public static SvPn standard(int width) {
    return new SvPn(0.5, 1, 1, width, true);
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SameDiff sd = scope.sd();
    long[] shape = scope.shape(x);
    long values = svNum == 0 ? Math.min(shape[1], shape[2]) : svNum;
    SDVariable start =
        learned
            ? scope.parameter("weight", Initializer.normal(1), width).reshape(1, 1, width)
            : scope.constant(Nd4j.ones(1, 1, width));
    // The first product broadcasts one start vector over all matrices; batched matmul does not.
    SDVariable rest = x;
    SDVariable powered = null;
    SDVariable s = null;
    for (int i = 0; i < values; i++) {
      SDVariable u = unit(scope, rest.mul(start).sum(true, 2)); // [M, p, 1]
      SDVariable v = unit(scope, sd.mmul(rest, u, true, false, false)); // [M, d, 1]
      for (int k = 1; k < iterNum; k++) {
        u = unit(scope, sd.mmul(rest, v));
        v = unit(scope, sd.mmul(rest, u, true, false, false));
      }
      s = sd.mmul(sd.mmul(u, rest, true, false, false), v); // [M, 1, 1]
      SDVariable strong = sd.mmul(u.mul(sd.math.pow(s, alpha)), v, false, true, false);
      powered = powered == null ? strong : powered.add(strong);
      rest = rest.sub(sd.mmul(u.mul(s), v, false, true, false));
    }
    return svNum == 0 ? powered : powered.add(rest.div(sd.math.pow(s, 1 - alpha).add(1e-5)));
  }

  private static SDVariable unit(Scope scope, SDVariable x) {
    return Lengths.normalize(scope, x, 1);
  }
}
