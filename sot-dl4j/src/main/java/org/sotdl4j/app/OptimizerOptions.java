package org.sotdl4j.app;

import org.sotdl4j.app.train.Betas;
import org.sotdl4j.app.train.OptimizerConfig;
import picocli.CommandLine.Option;

/** How gradients change weights. */
final class OptimizerOptions {

  @Option(
      names = "--opt",
      paramLabel = "NAME",
      description = {
        "sgd (Nesterov's momentum, as in timm), momentum, nesterov, adam, adamw, nadamw, lamb, rmsprop, radam,",
        "lion or adafactor; default: adamw"
      })
  private OptimizerConfig.Kind optimizer = OptimizerConfig.Kind.ADAMW;

  @Option(
      names = "--opt-eps",
      paramLabel = "EPS",
      description = "Added to denominators; default: the optimizer's")
  private Double eps;

  @Option(
      names = "--opt-betas",
      arity = "2",
      paramLabel = "BETA",
      description = "How fast running means forget; default: the optimizer's")
  private double[] betas;

  @Option(
      names = "--momentum",
      paramLabel = "M",
      description = "Of sgd, momentum, nesterov and rmsprop; default: ${DEFAULT-VALUE}")
  private double momentum = 0.9;

  @Option(names = "--weight-decay", paramLabel = "W", description = "Default: ${DEFAULT-VALUE}")
  private double weightDecay = 0.05;

  @Option(
      names = "--clip-grad",
      paramLabel = "NORM",
      description = "Bound of the gradients' norm, 0 for none; default: ${DEFAULT-VALUE}")
  private double clipGradient = 1;

  @Option(
      names = "--layer-decay",
      paramLabel = "FACTOR",
      description =
          "From a block's learning rate to that of the block before it; default: ${DEFAULT-VALUE}")
  private double layerDecay = 1;

  OptimizerConfig config(OptionChecks checks) {
    if (eps != null) {
      checks.notNegative("--opt-eps", eps);
    }
    if (betas != null) {
      checks.share("--opt-betas", betas[0]);
      checks.share("--opt-betas", betas[1]);
    }
    checks.share("--momentum", momentum);
    checks.notNegative("--weight-decay", weightDecay);
    checks.notNegative("--clip-grad", clipGradient);
    checks.positive("--layer-decay", layerDecay);
    checks.probability("--layer-decay", layerDecay);
    return new OptimizerConfig(
        optimizer,
        eps,
        betas == null ? null : new Betas(betas[0], betas[1]),
        momentum,
        weightDecay,
        clipGradient,
        layerDecay);
  }
}
