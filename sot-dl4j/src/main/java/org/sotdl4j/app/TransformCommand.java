package org.sotdl4j.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.sotdl4j.app.train.Cluster;
import org.sotdl4j.app.train.SavedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot transform}. */
@Command(
    name = "transform",
    description = "Say what a trained model sees in very many pictures, on Apache Spark.")
final class TransformCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..2",
      paramLabel = "RUN|PICTURES",
      description = {
        "RUN: a run's folder (its best checkpoint), or a checkpoint file of a run; not with --checkpoint.",
        "PICTURES: a folder of JPEG, PNG and WebP files, on this machine or as hdfs://host/folder."
      })
  private List<String> arguments;

  @Mixin private CheckpointOptions checkpoint;

  @Option(
      names = "--spark",
      required = true,
      paramLabel = "URL",
      description = "local-cluster[N,CORES,MB], local[N], spark://HOST:PORT, yarn")
  private String master;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder of the Parquet files; it must not exist.")
  private String out;

  @Option(
      names = "--topk",
      paramLabel = "K",
      description = "Classes to name; default: ${DEFAULT-VALUE}")
  private int topK = 5;

  @Option(names = "--probabilities", description = "Add those of all classes.")
  private boolean probabilities;

  @Option(names = "--embedding", description = "Add the picture's vector.")
  private boolean embedding;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    OptionChecks checks = new OptionChecks(spec);
    checks.positive("--topk", topK);
    if (arguments.size() != (checkpoint.isGiven() ? 1 : 2)) {
      throw checks.wrong(
          checkpoint.isGiven()
              ? "With --checkpoint only PICTURES are needed"
              : "RUN and PICTURES are needed");
    }
    if (out.isBlank()) {
      throw checks.wrong("--out needs the name of a folder");
    }
    Cluster cluster = Cluster.find();
    try {
      var _ = cluster.workers(master);
    } catch (IllegalArgumentException e) {
      throw checks.wrong("--spark: " + e.getMessage());
    }
    try (SavedModel model = checkpoint.open(Path.of(arguments.getFirst()))) {
      Cluster.Counts counts =
          cluster.write(
              master,
              model,
              new Cluster.Table(arguments.getLast(), out, topK, probabilities, embedding));
      spec.commandLine()
          .getErr()
          .printf(
              "%,d pictures, of which %,d cannot be read%n", counts.pictures(), counts.broken());
    }
    spec.commandLine().getOut().println(out);
    return 0;
  }
}
