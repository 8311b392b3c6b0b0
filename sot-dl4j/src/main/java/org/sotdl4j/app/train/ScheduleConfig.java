package org.sotdl4j.app.train;

import java.util.List;

/**
 * How the learning rate goes, in epochs; names and meanings are timm's.
 *
 * @param kind the curve
 * @param rate the highest learning rate
 * @param minRate the lowest
 * @param warmupRate where the warm-up begins
 * @param warmupEpochs its length
 * @param warmupPrefix whether the curve begins after it
 * @param cooldownEpochs at the lowest rate, after the curve
 * @param onUpdates whether the rate changes with each update, not with each epoch
 * @param cycleMul from a cycle's length to that of the next
 * @param cycleDecay from a cycle's highest rate to that of the next
 * @param cycleLimit number of cycles
 * @param kDecay exponent of time in cosine and poly
 * @param decayEpochs between two factors of step
 * @param decayMilestones when the factors of multistep come
 * @param decayRate the factor of step, multistep and plateau; the power of poly
 * @param patienceEpochs of plateau
 * @param noise empty, or when noise begins and, if there are two, ends: shares of the epochs
 * @param noiseBound of the noise, a share of the rate
 * @param noiseStd its standard deviation
 */
public record ScheduleConfig(
    Kind kind,
    double rate,
    double minRate,
    double warmupRate,
    int warmupEpochs,
    boolean warmupPrefix,
    int cooldownEpochs,
    boolean onUpdates,
    double cycleMul,
    double cycleDecay,
    int cycleLimit,
    double kDecay,
    double decayEpochs,
    List<Integer> decayMilestones,
    double decayRate,
    int patienceEpochs,
    List<Double> noise,
    double noiseBound,
    double noiseStd) {

  /** The curves by timm's names. */
  public enum Kind {
    COSINE,
    STEP,
    MULTISTEP,
    POLY,
    TANH,
    PLATEAU
  }

  /**
   * The schedule.
   *
   * @param epochs length of the first cycle
   * @param updatesPerEpoch updates of the weights in an epoch
   * @param seed of the noise
   */
  public Schedule schedule(int epochs, int updatesPerEpoch, long seed) {
    long unit = unit(updatesPerEpoch);
    long length = epochs * unit;
    var warmUp = new WarmUp(warmupRate, warmupEpochs * unit, warmupPrefix);
    var cycles = new Cycles(length, cycleMul, cycleDecay, cycleLimit);
    Schedule schedule =
        switch (kind) {
          case COSINE -> new Cosine(rate, minRate, cycles, kDecay, warmUp);
          case STEP -> new StepDecay(rate, decayEpochs * unit, decayRate, length, warmUp);
          case MULTISTEP ->
              new MultiStep(
                  rate,
                  decayMilestones.stream().map(epoch -> epoch * unit).toList(),
                  decayRate,
                  length,
                  warmUp);
          case POLY -> new Poly(rate, minRate, decayRate, cycles, kDecay, warmUp);
          case TANH -> new TanhDecay(rate, minRate, cycles, warmUp);
          case PLATEAU -> new Plateau(rate, minRate, decayRate, patienceEpochs, length, warmUp);
        };
    if (noise.isEmpty()) {
      return schedule;
    }
    double end = noise.size() > 1 ? noise.get(1) * length : Double.POSITIVE_INFINITY;
    return new Noisy(schedule, noise.getFirst() * length, end, noiseBound, noiseStd, seed);
  }

  /** Epochs of the whole training, with all cycles and the cooldown. */
  public int totalEpochs(int epochs, int updatesPerEpoch) {
    long unit = unit(updatesPerEpoch);
    boolean cyclic = kind == Kind.COSINE || kind == Kind.POLY || kind == Kind.TANH;
    long cooldown = cyclic ? cooldownEpochs * unit : 0;
    return Math.toIntExact((schedule(epochs, updatesPerEpoch, 0).length() + cooldown) / unit);
  }

  /** Whether the schedule counts updates; plateau always counts epochs. */
  boolean perUpdate() {
    return onUpdates && kind != Kind.PLATEAU;
  }

  private long unit(int updatesPerEpoch) {
    return perUpdate() ? updatesPerEpoch : 1;
  }
}
