package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sotdl4j.app.Check.Level;
import org.sotdl4j.engine.Backends;
import org.sotdl4j.engine.Findings;

class DeviceOptionTest {

  @ParameterizedTest
  @ValueSource(strings = {"train", "bench"})
  void anUnknownDeviceIsWrongUsage(String command) {
    var run = CommandLineRun.of(command, "--device", "tpu");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("--device: There is no device tpu; it can be cpu, cuda, cuda:N or auto");
  }

  @Test
  void whatIsMissingForAGpuIsNamed() {
    boolean isThere =
        Backends.providers().anyMatch(provider -> !provider.find().devices().isEmpty());
    assumeTrue(!isThere, "this machine has a GPU");
    var run = CommandLineRun.of("bench", "--device", "cuda");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("NVIDIA's driver is missing: install it");
  }

  @Test
  void doctorSaysThatNothingRanOnAGpuYet() {
    assertThat(DoctorCommand.engine("cuda", new Findings(List.of(), List.of("x"))))
        .isEqualTo(Check.ok("cuda", "none"));
    assertThat(DoctorCommand.engine("cuda", new Findings(List.of("H200"), List.of())))
        .isEqualTo(Check.ok("cuda", "H200: --device cuda, not tested on a GPU yet"));
    Check missing = DoctorCommand.engine("cuda", new Findings(List.of("H200"), List.of("Do it.")));
    assertThat(missing.level()).isEqualTo(Level.WARNING);
    assertThat(missing.advice()).isEqualTo("Do it.");
  }
}
