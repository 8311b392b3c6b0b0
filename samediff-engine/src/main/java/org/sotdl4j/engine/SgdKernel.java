package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;
import static org.sotdl4j.engine.Floats.MEMORY;

import jdk.incubator.vector.FloatVector;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A step of gradient descent in one pass over a parameter, its gradient and its velocity.
 *
 * @param momentum the share of the velocity that stays; 0 for none
 * @param nesterov whether the step looks ahead by the momentum
 * @param decay the parameter's share in the gradient
 * @param rate the learning rate
 */
public record SgdKernel(double momentum, boolean nesterov, double decay, double rate) {

  /**
   * Will change parameter and velocity in place. All have the same length.
   *
   * @param velocity null where there is no momentum
   */
  public void add(Sweep sweep, INDArray parameter, INDArray gradient, INDArray velocity) {
    long p = Floats.address(parameter);
    long g = Floats.address(gradient);
    long v = velocity == null ? 0 : Floats.address(velocity);
    sweep.add(
        parameter.length(),
        4,
        (from, to) -> {
          long at = from * BYTES;
          int n = (int) (to - from);
          if (v == 0) {
            plain(p + at, g + at, n);
          } else {
            withMomentum(p + at, g + at, v + at, n);
          }
        });
  }

  private void plain(long parameter, long gradient, int n) {
    float share = (float) decay;
    float step = (float) rate;
    int whole = Rows.whole(n);
    for (int i = 0; i < whole; i += Rows.LANES) {
      long at = i * BYTES;
      FloatVector p = Rows.load(parameter + at);
      FloatVector direction = Rows.load(gradient + at).add(p.mul(share));
      p.sub(direction.mul(step)).intoMemorySegment(MEMORY, parameter + at, Rows.ORDER);
    }
    for (int i = whole; i < n; i++) {
      long at = i * BYTES;
      float p = Floats.get(parameter + at);
      Floats.set(parameter + at, p - (Floats.get(gradient + at) + p * share) * step);
    }
  }

  private void withMomentum(long parameter, long gradient, long velocity, int n) {
    float share = (float) decay;
    float step = (float) rate;
    float stays = (float) momentum;
    // The step is ahead * velocity + direct * direction.
    float ahead = nesterov ? stays : 1;
    float direct = nesterov ? 1 : 0;
    int whole = Rows.whole(n);
    for (int i = 0; i < whole; i += Rows.LANES) {
      long at = i * BYTES;
      FloatVector p = Rows.load(parameter + at);
      FloatVector direction = Rows.load(gradient + at).add(p.mul(share));
      FloatVector v = Rows.load(velocity + at).mul(stays).add(direction);
      v.intoMemorySegment(MEMORY, velocity + at, Rows.ORDER);
      FloatVector change = v.mul(ahead).add(direction.mul(direct)).mul(step);
      p.sub(change).intoMemorySegment(MEMORY, parameter + at, Rows.ORDER);
    }
    for (int i = whole; i < n; i++) {
      long at = i * BYTES;
      float p = Floats.get(parameter + at);
      float direction = Floats.get(gradient + at) + p * share;
      float v = Floats.get(velocity + at) * stays + direction;
      Floats.set(velocity + at, v);
      Floats.set(parameter + at, p - (v * ahead + direction * direct) * step);
    }
  }
}
