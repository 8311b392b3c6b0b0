package org.sotdl4j.app;

import java.util.List;
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
      arity = "1..2",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "BETA,BETA",
      description = "How fast running means forget; default: the optimizer's")
  private List<Double> betas = List.of();

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

  @Option(
      names = "--transfer-ratio",
      paramLabel = "FACTOR",
      description =
          "Learning rate of all but the classifier as a part of the classifier's; default: ${DEFAULT-VALUE}")
  private double transferRatio = 1;

  OptimizerConfig config(OptionChecks checks) {
    if (eps != null) {
      checks.notNegative("--opt-eps", eps);
    }
    if (!betas.isEmpty()) {
      checks.two("--opt-betas", betas);
      betas.forEach(beta -> checks.share("--opt-betas", beta));
    }
    checks.share("--momentum", momentum);
    checks.notNegative("--weight-decay", weightDecay);
    checks.notNegative("--clip-grad", clipGradient);
    checks.positive("--layer-decay", layerDecay);
    checks.probability("--layer-decay", layerDecay);
    checks.positive("--transfer-ratio", transferRatio);
    return new OptimizerConfig(
        optimizer,
        eps,
        betas.isEmpty() ? null : new Betas(betas.getFirst(), betas.getLast()),
        momentum,
        weightDecay,
        clipGradient,
        layerDecay,
        transferRatio);
  }
}
