package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sotdl4j.app.Check.Level;
import tools.jackson.databind.json.JsonMapper;

class DoctorCommandTest {

  @Test
  void thisMachineIsReady() {
    var run = CommandLineRun.of("doctor");
    assertThat(run.exitCode()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("OneDnnBackend")
        .containsPattern("jdk +25")
        .containsPattern("matmul +\\d+ GFLOP/s")
        .endsWith("sot-dl4j is ready.%n".formatted());
    assertThat(run.err()).isEmpty();
  }

  @Test
  void jsonHoldsTheSameChecks() {
    var run = CommandLineRun.of("doctor", "--json");
    assertThat(run.exitCode()).as(run.out()).isZero();
    var json = new JsonMapper().readTree(run.out());
    assertThat(json.get("usable").asBoolean()).isTrue();
    assertThat(json.get("jdk").asString()).startsWith("25");
    assertThat(json.get("matmul").asString()).endsWith("GFLOP/s");
  }

  @Test
  void jsonListsTheProblems() {
    var checks = List.of(Check.ok("cores", 3), Check.warning("simd", "off", "start with ./sot"));
    var json = new JsonMapper().readTree(DoctorCommand.toJson(checks, true));
    assertThat(json)
        .isEqualTo(
            new JsonMapper()
                .readTree(
                    """
                    {"cores": "3", "simd": "off", "usable": true, "problems": [
                      {"name": "simd", "value": "off", "level": "WARNING", "advice": "start with ./sot"}]}
                    """));
  }

  @Test
  void aWarningLeavesTheMachineUsableAndAFailureDoesNot() {
    Check warning = Check.warning("a", "", "");
    assertThat(DoctorCommand.usable(List.of(Check.ok("b", ""), warning))).isTrue();
    assertThat(DoctorCommand.usable(List.of(warning, Check.failure("c", "", "")))).isFalse();
  }

  @Test
  void exactlyOneBackendBelongsOnTheClassPath() {
    assertThat(DoctorCommand.backends(true, false)).isEqualTo(Check.ok("backends", "CPU"));
    assertThat(DoctorCommand.backends(false, true)).isEqualTo(Check.ok("backends", "CUDA"));
    assertThat(DoctorCommand.backends(true, true).level()).isEqualTo(Level.WARNING);
    assertThat(DoctorCommand.backends(false, false).level()).isEqualTo(Level.FAILURE);
  }

  @Test
  void anotherJdkThan25IsAWarning() {
    assertThat(DoctorCommand.jdk(25).level()).isEqualTo(Level.OK);
    assertThat(DoctorCommand.jdk(24).level()).isEqualTo(Level.WARNING);
    assertThat(DoctorCommand.jdk(26).advice()).contains("JDK 25");
  }

  @Test
  void theCpuIsNamedByLinux() {
    assertThat(
            DoctorCommand.cpuModel(
                "processor\t: 0\nmodel\t\t: 17\nmodel name\t: AMD EPYC\nprocessor\t: 1\nmodel name\t: AMD EPYC\n"))
        .isEqualTo("AMD EPYC");
    assertThat(DoctorCommand.cpuModel("processor\t: 0\nCPU part\t: 0xd0c\n")).isEmpty();
  }
}
