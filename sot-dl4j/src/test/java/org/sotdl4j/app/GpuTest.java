package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sotdl4j.app.Check.Level;

class GpuTest {

  @ParameterizedTest
  @CsvSource({
    "2,1,false",
    "3,5,false",
    "3,7,true",
    "5,0,true",
    "6,1,true",
    "7,5,true",
    "8,0,true",
    "8,6,true",
    "8,7,true",
    "8,9,true",
    "9,0,false",
    "10,0,false",
    "12,0,false"
  })
  void cuda116HasKernelsFromKeplersLastToAda(int major, int minor, boolean expected) {
    assertThat(new Gpu("", major, minor).hasKernels()).isEqualTo(expected);
  }

  @Test
  void aLineIsANameAndAComputeCapability() {
    assertThat(Gpu.parse("NVIDIA A100-SXM4-80GB, 8.0"))
        .containsExactly(new Gpu("NVIDIA A100-SXM4-80GB", 8, 0));
    assertThat(Gpu.parse("Odd, Name, 12.1")).containsExactly(new Gpu("Odd, Name", 12, 1));
    assertThat(Gpu.parse("NVIDIA H200, [N/A]")).isEmpty();
  }

  @Test
  void aCpuBuildNeedsNoGpu() {
    assertThat(Gpu.check("", false)).isEqualTo(Check.ok("gpu", "none"));
    assertThat(Gpu.check("NVIDIA A100, 8.0\n", false).value())
        .isEqualTo(
            "NVIDIA A100 (compute capability 8.0), not in use: add the line -Pcuda to .mvn/maven.config");
    Check hopper = Gpu.check("NVIDIA H200, 9.0\n", false);
    assertThat(hopper.level()).isEqualTo(Level.WARNING);
    assertThat(hopper.advice()).contains("3.7 to 8.9", "the CPU does the work");
  }

  @Test
  void aCudaBuildNeedsAGpuThatItHasKernelsFor() {
    assertThat(Gpu.check("NVIDIA L4, 8.9\n", true))
        .isEqualTo(Check.ok("gpu", "NVIDIA L4 (compute capability 8.9)"));
    Check hopper = Gpu.check("NVIDIA H200, 9.0\n", true);
    assertThat(hopper.level()).isEqualTo(Level.FAILURE);
    assertThat(hopper.advice()).contains("3.7 to 8.9", "remove -Pcuda");
    Check none = Gpu.check("", true);
    assertThat(none.level()).isEqualTo(Level.FAILURE);
    assertThat(none.advice()).contains("needs an NVIDIA GPU", "remove -Pcuda");
  }

  @Test
  void oneUsableGpuOfSeveralIsEnough() {
    assertThat(Gpu.check("NVIDIA H100, 9.0\nTesla T4, 7.5\n", true).level()).isEqualTo(Level.OK);
  }

  @Test
  void anythingElseThatNvidiaSmiSaysIsPassedOn() {
    Check check = Gpu.check("NVIDIA-SMI has failed.\nIs the driver running?\n\n", false);
    assertThat(check.level()).isEqualTo(Level.WARNING);
    assertThat(check.advice()).contains("NVIDIA-SMI has failed. Is the driver running?");
  }
}
