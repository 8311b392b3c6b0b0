package org.sotdl4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnitTest {

  static Stream<String> units() {
    return Unit.all().stream().map(Unit::name);
  }

  private static Unit unit(String name) {
    return Unit.all().stream().filter(u -> u.name().equals(name)).findFirst().orElseThrow();
  }

  /** For Ampere, Hopper and Blackwell, with warnings as errors and without spilled registers. */
  @Tag("slow")
  @ParameterizedTest
  @MethodSource("units")
  void nvccCompilesIt(String name, @TempDir Path folder) throws IOException {
    assumeTrue(HostCompiler.find("nvcc").isPresent(), "nvcc is not on the PATH");
    Path source = Files.writeString(folder.resolve(name + ".cu"), unit(name).source());
    for (String target : List.of("sm_80", "sm_90", "sm_100")) {
      HostCompiler.run(
          List.of(
              "nvcc",
              "-std=c++17",
              "-arch=" + target,
              "-Werror",
              "all-warnings",
              "-Xptxas",
              "--warn-on-spills",
              "-cubin",
              "-o",
              folder.resolve(target).toString(),
              source.toString()));
      assertThat(folder.resolve(target)).isNotEmptyFile();
    }
  }

  @Test
  void kernelsHaveNamesOfTheirOwn() {
    List<String> kernels =
        Unit.all().stream().flatMap(unit -> unit.kernels().stream()).sorted().toList();
    assertThat(kernels).doesNotHaveDuplicates().contains("layer_norm", "gelu_map", "copy_sum");
    assertThat(Unit.of("softmax_bp").name()).isEqualTo("softmax");
  }
}
