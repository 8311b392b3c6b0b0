package org.sotdl4j.app;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * An NVIDIA GPU and whether {@code nd4j-cuda-11.6} runs on it.
 *
 * @param name the product's name
 * @param major compute capability, before the point
 * @param minor compute capability, after the point
 */
record Gpu(String name, int major, int minor) {

  private static final Pattern LINE = Pattern.compile("(.+), *(\\d+)\\.(\\d+)");

  private static final int TIMEOUT_SECONDS = 10;

  /**
   * {@code nd4j-cuda-11.6} holds machine code for compute capability 3.7 to 8.6 and no PTX. Machine
   * code runs on later minor versions (8.9), but not on a later major one.
   */
  boolean hasKernels() {
    return major < 9 && (major > 3 || (major == 3 && minor >= 7));
  }

  /** Whether ND4J's CUDA backend is on the class path. */
  static boolean isBuildForCuda() {
    return Gpu.class.getClassLoader().getResource("org/nd4j/linalg/jcublas/JCublasBackend.class")
        != null;
  }

  /**
   * Refuses a machine on which a build for CUDA cannot work, before ND4J tries.
   *
   * @throws UserException that names the CPU's build
   */
  static void require() throws IOException, InterruptedException {
    Check check = check(true);
    if (check.level() == Check.Level.FAILURE) {
      throw new UserException("No usable GPU (%s): %s".formatted(check.value(), check.advice()));
    }
  }

  /** Asks {@code nvidia-smi}, which comes with NVIDIA's driver. */
  static Check check(boolean cudaBuild) throws IOException, InterruptedException {
    var nvidiaSmi =
        new ProcessBuilder("nvidia-smi", "--query-gpu=name,compute_cap", "--format=csv,noheader")
            .redirectErrorStream(true);
    Process process;
    try {
      process = nvidiaSmi.start();
    } catch (IOException absent) {
      return check("", cudaBuild);
    }
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return check("no answer in %d seconds".formatted(TIMEOUT_SECONDS), cudaBuild);
    }
    try (var answer = process.inputReader()) {
      return check(answer.readAllAsString(), cudaBuild);
    }
  }

  /**
   * Judges the machine's GPUs.
   *
   * @param nvidiaSmi what {@code nvidia-smi} says: a line per GPU, name and compute capability with
   *     a comma between them; empty where there is no GPU
   * @param cudaBuild whether ND4J's CUDA backend is on the class path
   */
  static Check check(String nvidiaSmi, boolean cudaBuild) {
    List<String> lines = nvidiaSmi.lines().filter(line -> !line.isBlank()).toList();
    List<Gpu> gpus = lines.stream().flatMap(line -> parse(line).stream()).toList();
    if (gpus.size() < lines.size()) {
      return problem("unknown", "nvidia-smi says: " + String.join(" ", lines), cudaBuild);
    }
    if (gpus.isEmpty()) {
      return cudaBuild
          ? problem("none", "ND4J's CUDA backend needs an NVIDIA GPU with its driver", true)
          : Check.ok("gpu", "none");
    }
    String found = String.join("; ", gpus.stream().map(Gpu::toString).toList());
    if (gpus.stream().noneMatch(Gpu::hasKernels)) {
      return problem(
          found, "nd4j-cuda-11.6 has kernels for compute capability 3.7 to 8.9 only", cudaBuild);
    }
    return Check.ok(
        "gpu",
        cudaBuild ? found : found + ", not in use: add the line -Pcuda to .mvn/maven.config");
  }

  /** A GPU that does not work hinders the CUDA build only; otherwise the CPU does the work. */
  private static Check problem(String found, String reason, boolean cudaBuild) {
    return cudaBuild
        ? Check.failure(
            "gpu", found, reason + "; remove -Pcuda from .mvn/maven.config to use the CPU.")
        : Check.warning("gpu", found, reason + "; the CPU does the work.");
  }

  /** The GPU in a line such as {@code NVIDIA A100-SXM4-80GB, 8.0}; empty for any other line. */
  static List<Gpu> parse(String line) {
    var match = LINE.matcher(line.strip());
    return match.matches()
        ? List.of(
            new Gpu(
                match.group(1), Integer.parseInt(match.group(2)), Integer.parseInt(match.group(3))))
        : List.of();
  }

  @Override
  public String toString() {
    return "%s (compute capability %d.%d)".formatted(name, major, minor);
  }
}
