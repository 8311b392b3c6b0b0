package org.sotdl4j.app;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.sotdl4j.app.train.Cluster;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.Steps;
import picocli.CommandLine.Option;

/** A training on Apache Spark. */
final class SparkOptions {

  /** The keys of the options. */
  static final Set<String> KEYS =
      Set.of("spark", "spark-workers", "spark-compression", "spark-local-steps");

  /** How gradients travel. */
  enum Compression {
    NONE,
    FP16
  }

  @Option(
      names = "--spark",
      paramLabel = "URL",
      description =
          "Share each step among Spark's executors: local-cluster[N,CORES,MB], local[N], spark://HOST:PORT, yarn.")
  private String master;

  @Option(
      names = "--spark-workers",
      paramLabel = "N",
      description = "Executors that share a step, where the URL does not say")
  private Integer workers;

  @Option(
      names = "--spark-compression",
      paramLabel = "KIND",
      description = "How gradients travel: none or fp16; default: none")
  private Compression compression = Compression.NONE;

  @Option(
      names = "--spark-local-steps",
      paramLabel = "K",
      description =
          "Let each executor do K steps by itself, then average the weights; default: ${DEFAULT-VALUE}")
  private int localSteps = 1;

  /** A pass's batch and how many passes make a step. */
  record Passes(int batch, int count) {}

  boolean isGiven() {
    return master != null;
  }

  /** What a command that resumes must be given for the same end; a run does not keep it. */
  String again() {
    if (!isGiven()) {
      return "";
    }
    String all = " --spark '%s'".formatted(master);
    all += workers == null ? "" : " --spark-workers " + workers;
    all += compression == Compression.NONE ? "" : " --spark-compression fp16";
    return all + (localSteps == 1 ? "" : " --spark-local-steps " + localSteps);
  }

  void check(OptionChecks checks) {
    if (!isGiven()) {
      if (workers != null || compression != Compression.NONE || localSteps != 1) {
        throw checks.wrong("--spark-workers and the others of its kind need --spark");
      }
      return;
    }
    checks.positive("--spark-local-steps", localSteps);
    if (localSteps > 1 && compression != Compression.NONE) {
      throw checks.wrong(
          "--spark-compression is for gradients, and with --spark-local-steps weights travel");
    }
    workers(checks);
  }

  private int workers(OptionChecks checks) {
    OptionalInt told;
    try {
      told = Cluster.find().workers(master);
    } catch (IllegalArgumentException e) {
      throw checks.wrong("--spark: " + e.getMessage());
    }
    if (workers != null) {
      checks.positive("--spark-workers", workers);
      if (workers > told.orElse(workers)) {
        throw checks.wrong(
            "--spark %s has %d workers, not the %d of --spark-workers"
                .formatted(master, told.getAsInt(), workers));
      }
      return workers;
    }
    return told.orElseThrow(() ->
        checks.wrong(
            "--spark %s does not say how many workers: add --spark-workers".formatted(master)));
  }

  /** Cuts a step into passes, of no more pictures than before, that the workers can share. */
  Passes shared(OptionChecks checks, Passes alone) {
    if (!isGiven()) {
      return alone;
    }
    int count = workers(checks);
    int pictures = alone.batch * alone.count;
    if (pictures % count != 0) {
      throw checks.wrong(
          "A step of %d pictures cannot be shared evenly by %d workers: choose another --batch-size"
              .formatted(pictures, count));
    }
    int each = pictures / count;
    int passes = Math.ceilDiv(each, alone.batch);
    while (each % passes != 0) {
      passes++;
    }
    return new Passes(each / passes, passes * count);
  }

  /** Opens what has an address with a scheme, as {@code hdfs://host/pictures}. */
  Optional<DataSource> open(String data, Optional<String> validation) {
    if (!hasScheme(data)) {
      return Optional.empty();
    }
    if (!isGiven()) {
      throw new UserException(
          "%s is read through Spark: add --spark local[1], or give a folder.".formatted(data));
    }
    return Optional.of(Cluster.find().open(data, validation));
  }

  static boolean hasScheme(String data) {
    return data.matches("[a-z][a-z0-9+.-]+:/.*");
  }

  /**
   * Where steps are done; empty for this process.
   *
   * @param passes of a step
   * @param notes takes sentences for the user
   */
  Optional<Steps.Place> place(OptionChecks checks, int passes, Consumer<String> notes) {
    if (!isGiven()) {
      return Optional.empty();
    }
    int count = workers(checks);
    if (count > passes) {
      throw checks.wrong(
          "A step of this run has %d passes, too few for %d workers: add --spark-workers %d"
              .formatted(passes, count, passes));
    }
    boolean half = compression == Compression.FP16;
    return Optional.of(
        Cluster.find().place(new Cluster.Options(master, count, half, localSteps), notes));
  }
}
