package org.sotdl4j.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.sotdl4j.app.report.ComparePage;
import org.sotdl4j.app.report.EpochMetrics;
import org.sotdl4j.app.report.MetricsCsv;
import org.sotdl4j.app.report.RunSummary;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.app.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sot compare}. */
@Command(name = "compare", description = "Put training runs on one page: results, curves, options.")
final class CompareCommand implements Callable<Integer> {

  @Parameters(arity = "2..*", paramLabel = "RUN", description = "Folders of 'sot train' runs.")
  private List<Path> folders;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "The page to write; default: ${DEFAULT-VALUE}")
  private Path out = Path.of("compare.html");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    new OptionChecks(spec).folderOf("--out", out);
    List<RunSummary> runs = new ArrayList<>();
    for (Path folder : folders) {
      runs.add(summary(folder));
    }
    new ComparePage(runs).write(out);
    spec.commandLine().getOut().println(out);
    return 0;
  }

  private static RunSummary summary(Path folder) throws IOException {
    RunFolder run = new RunFolder(folder);
    if (!Files.exists(run.metrics())) {
      throw new UserException(
          "%s is no run that finished an epoch: it has no %s"
              .formatted(folder, run.metrics().getFileName()));
    }
    List<EpochMetrics> epochs = MetricsCsv.read(run.metrics());
    if (epochs.isEmpty()) {
      throw new UserException("%s has no epoch yet".formatted(run.metrics()));
    }
    TrainConfig config = SavedModel.config(run.best());
    SequencedMap<String, String> options = new LinkedHashMap<>();
    collect(options, "", JsonMapper.shared().valueToTree(config));
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    return new RunSummary(name, config.model(), options, epochs);
  }

  /** The leaves of a tree by their paths, as {@code optimizer.weightDecay}. */
  private static void collect(SequencedMap<String, String> options, String path, JsonNode node) {
    if (node.isNull()) {
      return;
    }
    if (!node.isObject()) {
      options.put(
          path,
          node.isArray()
              ? node.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "))
              : node.asString());
      return;
    }
    node.properties()
        .forEach(child ->
            collect(
                options,
                path.isEmpty() ? child.getKey() : path + "." + child.getKey(),
                child.getValue()));
  }
}
