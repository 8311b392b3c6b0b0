package org.sotdl4j.spark;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sotdl4j.app.UserException;
import org.sotdl4j.app.train.Cluster;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.app.train.Steps;

/** Apache Spark. */
public final class SparkCluster implements Cluster {

  // Numbers of so many digits are ints.
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d{1,9}|\\*)(?:,\\d+)?])?");
  static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d{1,9})\\s*,\\s*(\\d{1,9})\\s*,\\s*(\\d{1,9})\\s*]");
  private static final Pattern REMOTE =
      Pattern.compile("spark://[^/\\s]+:\\d{1,5}(?:,.+)?|k8s://.+|yarn");

  private static final int PICTURES_OF_A_TASK = 1024;

  @Override
  public OptionalInt workers(String master) {
    Matcher local = LOCAL.matcher(master);
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    OptionalInt workers;
    if (local.matches()) {
      String threads = local.group(1);
      workers =
          OptionalInt.of(
              threads == null
                  ? 1
                  : threads.equals("*")
                      ? Runtime.getRuntime().availableProcessors()
                      : Integer.parseInt(threads));
    } else if (cluster.matches()) {
      if (Integer.parseInt(cluster.group(2)) == 0
          || Integer.parseInt(cluster.group(3)) < Session.LEAST_MEGABYTES) {
        throw new IllegalArgumentException(
            "'%s' gives executors too little: each needs a core and %d MB"
                .formatted(master, Session.LEAST_MEGABYTES));
      }
      workers = OptionalInt.of(Integer.parseInt(cluster.group(1)));
    } else if (REMOTE.matcher(master).matches()) {
      return OptionalInt.empty();
    } else {
      workers = OptionalInt.of(0);
    }
    if (workers.getAsInt() == 0) {
      throw new IllegalArgumentException(
          "'%s' is no address of a Spark master: give local[N], local-cluster[N,CORES,MB], spark://HOST:PORT, yarn or k8s://HOST:PORT"
              .formatted(master));
    }
    return workers;
  }

  @Override
  public DataSource open(String address, Optional<String> validation) {
    return HadoopPictures.open(address, validation);
  }

  @Override
  public Steps.Place place(Options options, Consumer<String> notes) {
    return (config, pictures, learner, broken) -> {
      var context =
          JavaSparkContext.fromSparkContext(
              Session.open(options.master(), options.workers()).sparkContext());
      try {
        return new SparkSteps(context, options, config, pictures, learner, broken, notes);
      } catch (RuntimeException | Error e) {
        context.close();
        throw e;
      }
    };
  }

  @Override
  public Counts write(String master, SavedModel model, Table table) {
    try (SparkSession session = Session.open(master)) {
      Path folder = new Path(table.pictures());
      FileSystem system = HadoopPictures.fileSystem(folder);
      if (!system.exists(folder)) {
        throw new UserException("There is no file or folder %s.".formatted(table.pictures()));
      }
      List<String> pictures = HadoopPictures.below(system, folder);
      if (pictures.isEmpty()) {
        throw new UserException(
            "There is no picture in %s: they end in .jpg, .jpeg, .png or .webp."
                .formatted(table.pictures()));
      }
      Path out = new Path(table.out());
      if (HadoopPictures.fileSystem(out).exists(out)) {
        throw new UserException("There is already a folder %s.".formatted(table.out()));
      }
      var context = JavaSparkContext.fromSparkContext(session.sparkContext());
      int tasks =
          Math.max(context.defaultParallelism(), Math.ceilDiv(pictures.size(), PICTURES_OF_A_TASK));
      Dataset<Row> paths =
          session
              .createDataset(context.parallelize(pictures, tasks).rdd(), Encoders.STRING())
              .toDF(Columns.PATH);
      SotTransformer.of(model)
          .adding(table.topK(), table.probabilities(), table.embedding())
          .transform(paths)
          .write()
          .parquet(table.out());
      Dataset<Row> written = session.read().parquet(table.out());
      return new Counts(
          written.count(), written.filter(written.col(Columns.ERROR).isNotNull()).count());
    } catch (Exception e) { // Scala's methods do not declare what they throw
      throw SparkFailure.of(e);
    } finally {
      Predictors.close();
    }
  }
}
