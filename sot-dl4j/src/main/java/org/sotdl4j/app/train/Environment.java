package org.sotdl4j.app.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The machine and the software of a run.
 *
 * @param started when the run began, UTC
 * @param version of sot-dl4j
 * @param revision of its sources, where it runs from a checkout
 * @param java the JVM
 * @param system operating system and architecture
 * @param cores processors that the JVM may use
 * @param backend ND4J's backend
 * @param command that the run was started with
 */
public record Environment(
    String started,
    String version,
    String revision,
    String java,
    String system,
    int cores,
    String backend,
    String command) {

  /** Reads the environment of this process, which runs a command. */
  public static Environment read(String version, String command) {
    return new Environment(
        Instant.now().toString(),
        version,
        gitRevision(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        Nd4j.getBackend().getClass().getSimpleName()
            + " "
            + System.getProperty("org.bytedeco.javacpp.platform.extension", ""),
        command);
  }

  /** The commit of the checkout that the launcher runs from. */
  private static String gitRevision() {
    String home = System.getProperty("sot.home", ".");
    try {
      Process git =
          new ProcessBuilder("git", "-C", home, "describe", "--always", "--dirty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? text : "unknown";
    } catch (IOException noGit) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }
}
