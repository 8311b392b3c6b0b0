package org.sotdl4j.app;

import java.util.List;
import org.sotdl4j.app.train.ScheduleConfig;
import picocli.CommandLine.Option;

/** How the learning rate goes. */
final class ScheduleOptions {

  @Option(
      names = "--sched",
      paramLabel = "NAME",
      description = "cosine, step, multistep, poly, tanh or plateau; default: cosine")
  private ScheduleConfig.Kind schedule = ScheduleConfig.Kind.COSINE;

  @Option(
      names = "--sched-on-updates",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Change the learning rate with each update (default), or with each epoch.")
  private boolean onUpdates;

  private static final double USUAL_RATE = 3e-3;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description = "Learning rate after the warm-up; default: " + USUAL_RATE)
  private Double rate;

  @Option(
      names = "--lr-base",
      paramLabel = "RATE",
      description = "In place of --lr: the learning rate for a step of --lr-base-size pictures")
  private Double baseRate;

  @Option(names = "--lr-base-size", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  private int baseSize = 256;

  @Option(
      names = "--warmup-lr",
      paramLabel = "RATE",
      description = "At the first step; default: ${DEFAULT-VALUE}")
  private double warmupRate = 1e-6;

  @Option(
      names = "--warmup-epochs",
      paramLabel = "N",
      description = "At most --epochs less 1; default: ${DEFAULT-VALUE}")
  private int warmupEpochs = 1;

  @Option(
      names = "--warmup-prefix",
      negatable = true,
      fallbackValue = "true",
      description = "The schedule begins after the warm-up.")
  private boolean warmupPrefix;

  @Option(
      names = "--min-lr",
      paramLabel = "RATE",
      description = "At the end; default: ${DEFAULT-VALUE}")
  private double minRate = 1e-5;

  @Option(
      names = "--cooldown-epochs",
      paramLabel = "N",
      description = "Epochs at --min-lr after the others; default: ${DEFAULT-VALUE}")
  private int cooldownEpochs;

  @Option(
      names = "--lr-cycle-mul",
      paramLabel = "FACTOR",
      description =
          "From a cycle's length to the next, of cosine, poly and tanh; default: ${DEFAULT-VALUE}")
  private double cycleMul = 1;

  @Option(
      names = "--lr-cycle-decay",
      paramLabel = "FACTOR",
      description = "From a cycle's highest rate to the next; default: ${DEFAULT-VALUE}")
  private double cycleDecay = 0.5;

  @Option(
      names = "--lr-cycle-limit",
      paramLabel = "N",
      description = "Cycles, the first of --epochs; default: ${DEFAULT-VALUE}")
  private int cycleLimit = 1;

  @Option(
      names = "--lr-k-decay",
      paramLabel = "K",
      description = "Exponent of time in cosine and poly; default: ${DEFAULT-VALUE}")
  private double kDecay = 1;

  @Option(
      names = "--decay-epochs",
      paramLabel = "N",
      description = "Between the factors of step; default: ${DEFAULT-VALUE}")
  private double decayEpochs = 90;

  @Option(
      names = "--decay-milestones",
      arity = "1..*",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "EPOCH,...",
      description = "When the factors of multistep come, as 30,60; default: 90,180,270")
  private List<Integer> decayMilestones = List.of(90, 180, 270);

  @Option(
      names = "--decay-rate",
      paramLabel = "FACTOR",
      description = "Of step, multistep and plateau; power of poly; default: ${DEFAULT-VALUE}")
  private double decayRate = 0.1;

  @Option(
      names = "--patience-epochs",
      paramLabel = "N",
      description = "Epochs without improvement that plateau lets pass; default: ${DEFAULT-VALUE}")
  private int patienceEpochs = 10;

  @Option(
      names = "--lr-noise",
      arity = "1..2",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "SHARE,SHARE",
      description = "When noise of the rate begins and ends, shares of the epochs; default: never")
  private List<Double> noise = List.of();

  @Option(
      names = "--lr-noise-pct",
      paramLabel = "SHARE",
      description = "Bound of the noise, a share of the rate; default: ${DEFAULT-VALUE}")
  private double noiseBound = 0.67;

  @Option(
      names = "--lr-noise-std",
      paramLabel = "STD",
      description = "Its standard deviation before the bound; default: ${DEFAULT-VALUE}")
  private double noiseStd = 1;

  /** Refuses values that make no sense. */
  void check(OptionChecks checks) {
    if (rate != null && baseRate != null) {
      throw checks.wrong("--lr-base takes the place of --lr; leave out one");
    }
    checks.positive("--lr", rate == null ? USUAL_RATE : rate);
    checks.positive("--lr-base", baseRate == null ? USUAL_RATE : baseRate);
    checks.positive("--lr-base-size", baseSize);
    checks.notNegative("--warmup-lr", warmupRate);
    checks.notNegative("--warmup-epochs", warmupEpochs);
    checks.notNegative("--min-lr", minRate);
    checks.notNegative("--cooldown-epochs", cooldownEpochs);
    checks.positive("--lr-cycle-mul", cycleMul);
    if (cycleMul < 1) {
      throw checks.wrong("--lr-cycle-mul must be 1 or more, not " + cycleMul);
    }
    checks.positive("--lr-cycle-decay", cycleDecay);
    checks.positive("--lr-cycle-limit", cycleLimit);
    checks.positive("--lr-k-decay", kDecay);
    checks.positive("--decay-epochs", decayEpochs);
    for (int milestone : decayMilestones) {
      checks.positive("--decay-milestones", milestone);
    }
    checks.positive("--decay-rate", decayRate);
    checks.notNegative("--patience-epochs", patienceEpochs);
    checkNoise(checks);
  }

  /**
   * The schedule of a run.
   *
   * @param epochs the run's; a longer warm-up ends an epoch before
   * @param batch pictures of a step
   */
  ScheduleConfig config(int epochs, int batch) {
    return new ScheduleConfig(
        schedule,
        rate(batch),
        minRate,
        warmupRate,
        Math.min(warmupEpochs, epochs - 1),
        warmupPrefix,
        cooldownEpochs,
        onUpdates,
        cycleMul,
        cycleDecay,
        cycleLimit,
        kDecay,
        decayEpochs,
        decayMilestones,
        decayRate,
        patienceEpochs,
        noise,
        noiseBound,
        noiseStd);
  }

  private double rate(int batch) {
    if (baseRate != null) {
      return baseRate * batch / baseSize;
    }
    return rate == null ? USUAL_RATE : rate;
  }

  private void checkNoise(OptionChecks checks) {
    for (double share : noise) {
      checks.probability("--lr-noise", share);
    }
    if (noise.size() > 2 || (noise.size() == 2 && noise.get(0) > noise.get(1))) {
      throw checks.wrong("--lr-noise must be one share, or two in their order, not " + noise);
    }
    checks.positive("--lr-noise-pct", noiseBound);
    checks.positive("--lr-noise-std", noiseStd);
  }
}
