package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The application in a JVM of its own, with the class path and the options of this one, in a folder
 * of its own.
 *
 * @param process the JVM
 * @param out the file of its standard output
 * @param err the file of its standard error
 */
public record Child(Process process, Path out, Path err) implements AutoCloseable {

  private static final int TIMEOUT_SECONDS = 120;

  static Child start(Path folder, String... args) throws IOException {
    return startBehind(List.of(), folder, args);
  }

  /**
   * Starts the application.
   *
   * @param prefix a command that runs the command behind it
   * @param folder where it works and its output goes
   */
  static Child startBehind(List<String> prefix, Path folder, String... args) throws IOException {
    // Half the time for so short a life.
    return start(prefix, folder, List.of("-XX:TieredStopAtLevel=1"), Map.of(), Main.class, args);
  }

  /**
   * Starts another program of the tests.
   *
   * @param options of the JVM, after those of this one
   * @param environment what it has more than this one's
   */
  public static Child start(
      Path folder,
      List<String> options,
      Map<String, String> environment,
      Class<?> main,
      String... args)
      throws IOException {
    return start(List.of(), folder, options, environment, main, args);
  }

  private static Child start(
      List<String> prefix,
      Path folder,
      List<String> options,
      Map<String, String> environment,
      Class<?> main,
      String... args)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of(args));
    Path out = Files.createTempFile(folder, "child", ".out");
    Path err = Files.createTempFile(folder, "child", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    return new Child(builder.start(), out, err);
  }

  /** What exists of this test's class path: a module without sources has no folder of classes. */
  static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(all.split(File.pathSeparator))
        .filter(entry -> Files.exists(Path.of(entry)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Waits until standard error has a text. */
  void awaitError(String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!Files.readString(err).contains(text)) {
      assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
      assertThat(System.nanoTime()).as("waited for: " + text).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  /** Waits for its end. */
  public CommandLineRun await() throws IOException, InterruptedException {
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
        .as("ends within %d s", TIMEOUT_SECONDS)
        .isTrue();
    return new CommandLineRun(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
