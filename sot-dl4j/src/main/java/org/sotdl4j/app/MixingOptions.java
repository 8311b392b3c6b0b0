package org.sotdl4j.app;

import java.util.List;
import org.sotdl4j.app.train.MixingConfig;
import picocli.CommandLine.Option;

/** Mixing of the pictures of a batch. */
final class MixingOptions {

  @Option(
      names = "--mixup",
      paramLabel = "ALPHA",
      description = "Blend pictures; 0 for never; default: ${DEFAULT-VALUE}")
  private double mixup;

  @Option(
      names = "--cutmix",
      paramLabel = "ALPHA",
      description = "Cover a part of pictures by others; 0 for never; default: ${DEFAULT-VALUE}")
  private double cutmix;

  @Option(
      names = "--cutmix-minmax",
      arity = "1..2",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "SHARE,SHARE",
      description = "Smallest and largest side of the part, instead of --cutmix")
  private List<Double> minMax = List.of();

  @Option(
      names = "--mixup-prob",
      paramLabel = "P",
      description = "How often pictures are mixed; default: ${DEFAULT-VALUE}")
  private double prob = 1;

  @Option(
      names = "--mixup-switch-prob",
      paramLabel = "P",
      description = "How often by CutMix, where both are on; default: ${DEFAULT-VALUE}")
  private double switchProb = 0.5;

  @Option(
      names = "--mixup-mode",
      paramLabel = "MODE",
      description = "What is mixed alike: batch, pair or elem; default: batch")
  private MixingConfig.Mode mode = MixingConfig.Mode.BATCH;

  @Option(
      names = "--mixup-off-epoch",
      paramLabel = "N",
      description = "Mix nothing from epoch N on, counted from 0; 0 for never; default: 0")
  private int offEpoch;

  MixingConfig config(OptionChecks checks) {
    checks.notNegative("--mixup", mixup);
    checks.notNegative("--cutmix", cutmix);
    checks.probability("--mixup-prob", prob);
    checks.probability("--mixup-switch-prob", switchProb);
    checks.notNegative("--mixup-off-epoch", offEpoch);
    if (!minMax.isEmpty()) {
      checks.two("--cutmix-minmax", minMax);
      if (!(0 <= minMax.getFirst()
          && minMax.getFirst() < minMax.getLast()
          && minMax.getLast() <= 1)) {
        throw checks.wrong(
            "--cutmix-minmax must be two shares from 0 to 1 in their order, not %s and %s"
                .formatted(minMax.getFirst(), minMax.getLast()));
      }
    }
    return new MixingConfig(
        mixup,
        cutmix,
        minMax.isEmpty() ? null : new MixingConfig.MinMax(minMax.getFirst(), minMax.getLast()),
        prob,
        switchProb,
        mode,
        offEpoch);
  }
}
