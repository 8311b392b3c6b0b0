package org.sotdl4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our calls of CUDA, answered by a library that does on the CPU what CUDA's documentation says: in
 * a process of its own, without ND4J, as {@code gpu-check} runs.
 */
class CudaGpuTest {

  private static String replay(Path folder, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                "target/classes:target/test-classes",
                "org.sotdl4j.cuda.Replay",
                folder.toString(),
                "1"));
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return "%s: %s".formatted(process.onExit().join().exitValue(), output);
  }

  @Test
  void aTrainingStepRunsThroughTheDriverNvrtcAndCublasLt(@TempDir Path folder) throws IOException {
    assumeTrue(HostCompiler.isThere(), "g++, which stands in for NVRTC, is not on the PATH");
    Path libraries = Files.createDirectories(folder.resolve("lib64"));
    Path fake = HostCompiler.fakeCuda();
    for (String name : List.of("libcuda.so.1", "libnvrtc.so.13", "libcublasLt.so.13")) {
      Files.createSymbolicLink(libraries.resolve(name), fake);
    }
    Path kernels = Files.createDirectories(folder.resolve("kernels"));
    for (Unit unit : Unit.all()) {
      Files.createSymbolicLink(kernels.resolve(unit.name() + ".so"), HostCompiler.kernels(unit));
    }
    Path recordings = Files.createDirectories(folder.resolve("recordings"));
    Recordings.write(Recordings.checked("vit_nano"), recordings.resolve("vit_nano.steps"));
    Map<String, String> environment =
        Map.of(
            "CUDA_HOME", folder.toString(),
            "XDG_CACHE_HOME", folder.resolve("cache").toString(),
            "FAKE_KERNELS", kernels.toString());
    assertThat(replay(recordings, environment)).startsWith("0: ok vit_nano, training, batch 3");
    // Again, with the compiled kernels that were kept.
    assertThat(folder.resolve("cache/sot-dl4j/kernels")).isNotEmptyDirectory();
    assertThat(replay(recordings, environment)).startsWith("0: ok vit_nano, training, batch 3");
  }

  @Test
  void withoutADriverThereIsOneSentence(@TempDir Path folder) throws IOException {
    assumeTrue(Driver.find().isEmpty(), "this machine has a GPU's driver");
    assertThat(replay(folder, Map.of())).isEqualTo("1: %s%n".formatted(CudaProvider.NO_DRIVER));
  }
}
