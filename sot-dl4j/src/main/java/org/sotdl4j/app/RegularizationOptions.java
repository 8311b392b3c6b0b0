package org.sotdl4j.app;

import org.sotdl4j.app.train.RegularizationConfig;
import picocli.CommandLine.Option;

/** What makes a model's work harder in training. */
final class RegularizationOptions {

  @Option(names = "--drop", paramLabel = "RATE", description = "Dropout; default: ${DEFAULT-VALUE}")
  private double drop;

  @Option(
      names = "--attn-drop",
      paramLabel = "RATE",
      description = "Dropout of the weights of attention; default: ${DEFAULT-VALUE}")
  private double attentionDrop;

  @Option(
      names = "--drop-path",
      paramLabel = "RATE",
      description = "Stochastic depth; default: ${DEFAULT-VALUE}")
  private double dropPath;

  @Option(
      names = "--drop-path-later",
      paramLabel = "RATE",
      description = "Stochastic depth from --drop-path-epoch on; default: as before")
  private Double dropPathLater;

  @Option(
      names = "--drop-path-epoch",
      paramLabel = "N",
      description = "The first epoch with --drop-path-later, counted from 0")
  private Integer dropPathEpoch;

  @Option(
      names = "--eval-mode",
      negatable = true,
      fallbackValue = "true",
      description =
          "Train the model as it is evaluated: nothing is dropped, batch norms keep their statistics. So do DeiT's and STViT's fine-tuning.")
  private boolean evalMode;

  RegularizationConfig config(OptionChecks checks) {
    checks.share("--drop", drop);
    checks.share("--attn-drop", attentionDrop);
    checks.share("--drop-path", dropPath);
    if ((dropPathLater == null) != (dropPathEpoch == null)) {
      throw checks.wrong("--drop-path-later and --drop-path-epoch need each other");
    }
    if (dropPathLater != null) {
      checks.share("--drop-path-later", dropPathLater);
      checks.positive("--drop-path-epoch", dropPathEpoch);
    }
    return new RegularizationConfig(
        drop,
        attentionDrop,
        dropPath,
        evalMode,
        dropPathLater == null
            ? null
            : new RegularizationConfig.Later(dropPathLater, dropPathEpoch));
  }
}
