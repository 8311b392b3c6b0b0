package org.sotdl4j.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.sotdl4j.app.train.RunFolder;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a run goes, or which one goes on. */
final class RunOptions {

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "The run's folder; default: a new one in runs, named after the run and the date")
  private Path output;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Continue a run that was stopped, with its own options; takes no other option.")
  private Path resume;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The folder of the run that is to go on; null where a new one starts. */
  Path resumed() {
    return resume;
  }

  /**
   * The folder of a new run.
   *
   * @param name of the run
   * @param config the file by which a folder is known to hold a run
   */
  Path folder(String name, UnaryOperator<Path> config) {
    if (output == null) {
      DateTimeFormatter format = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
      String date = LocalDateTime.now(ZoneId.systemDefault()).format(format);
      return Path.of("runs", name + "-" + date);
    }
    if (SparkOptions.hasScheme(output.toString())) {
      throw checks()
          .wrong(
              "--output must be a folder that this machine sees as its own, as a mounted one, not "
                  + output);
    }
    if (Files.exists(config.apply(output))) {
      throw checks()
          .wrong(
              "%s already holds a run; continue it with --resume %s or choose another --output"
                  .formatted(output, output));
    }
    return output;
  }

  /**
   * Refuses options that a run which goes on does not take, and folders without a checkpoint.
   *
   * @param allowed the keys of the options that it takes beside this one
   */
  void checkResumed(Set<String> allowed) {
    for (ArgSpec given : spec.commandLine().getParseResult().matchedArgs()) {
      String key = OptionKeys.of(given);
      if (!key.equals("resume") && !allowed.contains(key)) {
        String name =
            given instanceof OptionSpec option ? option.longestName() : given.paramLabel();
        throw checks().wrong("--resume continues with the run's own options; leave out " + name);
      }
    }
    Path last = new RunFolder(resume).last();
    if (!Files.exists(last)) {
      throw new UserException(
          "%s holds no checkpoint to continue from (no %s).".formatted(resume, last.getFileName()));
    }
  }

  private OptionChecks checks() {
    return new OptionChecks(spec);
  }
}
