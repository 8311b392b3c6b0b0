package org.sotdl4j.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.sotdl4j.app.UserException;

/** Connections to Spark, set up for our engine. */
final class Session {

  private static final int PATIENCE_MILLIS = 5_000;

  /** Of an executor's heap. */
  static final int LEAST_MEGABYTES = 480;

  private Session() {}

  /**
   * Connects. What system properties say ({@code -Dspark.executor.memory=8g}) or spark-submit goes
   * before our settings.
   *
   * @throws UserException if there is nobody at the address
   */
  static SparkSession open(String master) {
    return open(master, new SparkConf());
  }

  /**
   * Connects for workers that go in lock step, so all of them must be there.
   *
   * @throws UserException if there is nobody at the address
   */
  static SparkSession open(String master, int workers) {
    SparkConf conf = new SparkConf().set("spark.dynamicAllocation.enabled", "false");
    if (!master.startsWith("local")) {
      conf.setIfMissing("spark.executor.instances", String.valueOf(workers));
    }
    return open(master, conf);
  }

  private static SparkSession open(String master, SparkConf conf) {
    conf.setMaster(master);
    conf.setIfMissing("spark.app.name", "sot-dl4j");
    conf.setIfMissing("spark.ui.enabled", "false");
    // A share goes to where its batches are prepared if that is free at once: a barrier cannot
    // wait.
    conf.setIfMissing("spark.locality.wait", "0");
    // Floats of trained models do not shrink.
    conf.setIfMissing("spark.broadcast.compress", "false");
    conf.setIfMissing("spark.shuffle.compress", "false");
    conf.setIfMissing("spark.driver.maxResultSize", "0");
    // A worker's pieces go to one file instead of a file each.
    conf.setIfMissing("spark.shuffle.sort.bypassMergeThreshold", "0");
    // After an executor's death, look often whether another is there in its place.
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "60");
    if (master.startsWith("local")) {
      conf.setIfMissing("spark.driver.host", "localhost");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    Matcher local = SparkCluster.LOCAL_CLUSTER.matcher(master);
    if (local.matches()) {
      makeHome();
      int megabytes = Integer.parseInt(local.group(3));
      conf.setIfMissing("spark.executor.cores", local.group(2));
      conf.setIfMissing("spark.task.cpus", local.group(2));
      // As in the launcher: a quarter is heap.
      conf.setIfMissing("spark.executor.memory", Math.max(megabytes / 4, LEAST_MEGABYTES) + "m");
    }
    executors(conf);
    try {
      requireAnswer(master);
      return SparkSession.builder().config(conf).getOrCreate();
    } catch (Exception e) { // Scala's methods do not declare what they throw
      String why =
          e instanceof UnknownHostException
              ? "there is no machine " + e.getMessage()
              : String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new UserException(
          why.startsWith("Could not parse Master URL")
              ? "There is no %s here: only spark-submit brings it, see docs/spark.md"
                  .formatted(master)
              : "Cannot connect to Spark at %s (%s)".formatted(master, why),
          e);
    }
  }

  /**
   * Spark starts the executors of a local-cluster only where it sees a folder for its jars; they
   * have them on the class path.
   */
  private static void makeHome() {
    String home = System.getenv("SPARK_HOME");
    if (home == null) {
      throw new UserException(
          "local-cluster needs the folder SPARK_HOME in the environment; ./sot sets it.");
    }
    try {
      Files.createDirectories(Path.of(home, "jars"));
    } catch (IOException e) {
      throw new UserException("Cannot make the folder %s/jars (%s)".formatted(home, e), e);
    }
  }

  /** The JVMs of the executors are as the driver's, see {@code jvm.options}. */
  private static void executors(SparkConf conf) {
    String cores = conf.get("spark.task.cpus", "1");
    conf.setIfMissing(
        "spark.executor.extraJavaOptions",
        String.join(
            " ",
            "-XX:ActiveProcessorCount=" + cores,
            "-XX:+UseParallelGC",
            "-XX:NewRatio=1",
            "-XX:MinSurvivorRatio=16", // Spark takes the rest for the heap: 450 MB are its least
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UseTransparentHugePages",
            "-Xlog:pagesize=off",
            "-Dorg.bytedeco.javacpp.maxbytes=200%",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=340%"));
    conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", cores);
    conf.setIfMissing("spark.executorEnv.GOMP_SPINCOUNT", "1000");
    if (!conf.contains("spark.jars")) { // spark-submit's, which brings our classes itself
      conf.setIfMissing("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    }
  }

  /** Spark itself asks for a minute. */
  private static void requireAnswer(String master) throws IOException {
    if (!master.startsWith("spark://") || master.contains(",")) {
      return;
    }
    URI address = URI.create(master);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), PATIENCE_MILLIS);
    }
  }
}
