package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import jdk.incubator.vector.FloatVector;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A step of AdamW (Loshchilov and Hutter, 2019) in one pass over a parameter, its gradient and its
 * two moments, where ND4J's operations take a dozen.
 *
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of their squares
 * @param eps added to the root of the latter
 * @param shrink the factor on the parameter: 1 - learning rate * weight decay
 * @param rate the learning rate divided by 1 - beta1^step
 * @param correction the root of 1 - beta2^step
 */
public record AdamWKernel(
    double beta1, double beta2, double eps, double shrink, double rate, double correction) {

  private static final int LANES = Rows.LANES;

  /** Will change parameter, mean and square in place. All have the same length. */
  public void add(
      Sweep sweep, INDArray parameter, INDArray gradient, INDArray mean, INDArray square) {
    long p = Floats.address(parameter);
    long g = Floats.address(gradient);
    long m = Floats.address(mean);
    long v = Floats.address(square);
    sweep.add(
        parameter.length(),
        4,
        (from, to) -> {
          long at = from * BYTES;
          update(p + at, g + at, m + at, v + at, (int) (to - from));
        });
  }

  private void update(long parameter, long gradient, long mean, long square, int n) {
    float decay1 = (float) beta1;
    float decay2 = (float) beta2;
    float share1 = (float) (1 - beta1);
    float share2 = (float) (1 - beta2);
    float factor = (float) shrink;
    float step = (float) rate;
    float divisor = (float) correction;
    float least = (float) eps;
    int whole = Rows.whole(n);
    for (int i = 0; i < whole; i += LANES) {
      long at = i * BYTES;
      FloatVector g = Rows.load(gradient + at);
      FloatVector m = Rows.load(mean + at).mul(decay1).add(g.mul(share1));
      FloatVector v = Rows.load(square + at).mul(decay2).add(g.mul(g).mul(share2));
      m.intoMemorySegment(MEMORY, mean + at, Rows.ORDER);
      v.intoMemorySegment(MEMORY, square + at, Rows.ORDER);
      FloatVector root = v.sqrt().div(divisor).add(least);
      Rows.load(parameter + at)
          .mul(factor)
          .sub(m.mul(step).div(root))
          .intoMemorySegment(MEMORY, parameter + at, Rows.ORDER);
    }
    for (int i = whole; i < n; i++) {
      long at = i * BYTES;
      float g = Floats.get(gradient + at);
      float m = Floats.get(mean + at) * decay1 + g * share1;
      float v = Floats.get(square + at) * decay2 + g * g * share2;
      Floats.set(mean + at, m);
      Floats.set(square + at, v);
      float root = (float) Math.sqrt(v) / divisor + least;
      Floats.set(parameter + at, Floats.get(parameter + at) * factor - m * step / root);
    }
  }
}
