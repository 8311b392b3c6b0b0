package org.sotdl4j.app.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sotdl4j.zoo.checkpoint.AtomicFile;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a run and the names of its files.
 *
 * @param path where it is
 */
public record RunFolder(Path path) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** The options of the run, which another can be started with. */
  public Path config() {
    return path.resolve("config.yaml");
  }

  /** The machine and the software. */
  public Path environment() {
    return path.resolve("environment.json");
  }

  /** The command that the run was started with, where it says so. */
  public Optional<String> command() {
    return Files.exists(environment())
        ? JSON.readTree(environment()).path("command").asStringOpt()
        : Optional.empty();
  }

  /** A row an epoch. */
  public Path metrics() {
    return path.resolve("metrics.csv");
  }

  /** A row a step. */
  public Path steps() {
    return path.resolve("steps.csv");
  }

  /** A row an epoch, of the moving average of the weights. */
  public Path averageMetrics() {
    return path.resolve("metrics-ema.csv");
  }

  /** The state of one of the best epochs, counted from 1. */
  public Path checkpoint(int epoch) {
    return path.resolve("checkpoint-%d.safetensors".formatted(epoch));
  }

  /** The newest state, with the optimizer's, to resume from. */
  public Path last() {
    return path.resolve("last.safetensors");
  }

  /** The weights with the best top-1 accuracy; the moving average's where there is one. */
  public Path best() {
    return path.resolve("best.safetensors");
  }

  /** The folder of TensorBoard's files. */
  public Path tensorBoard() {
    return path.resolve("tensorboard");
  }

  /** The page about the run. */
  public Path report() {
    return path.resolve("report.html");
  }

  /**
   * Makes the folder and writes what the run starts from.
   *
   * @param options see {@link #config()}
   */
  public void create(String options, Object environment) throws IOException {
    create(config(), options, environment);
  }

  /** The same with a file of another name for what the run starts from. */
  public void create(Path file, String content, Object environment) throws IOException {
    Files.createDirectories(path);
    AtomicFile.writeText(file, content);
    AtomicFile.writeText(environment(), JSON.writeValueAsString(environment) + "\n");
  }
}
