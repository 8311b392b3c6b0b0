package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The script {@code sot}, copied into a project of one empty source, with a Maven that only notes
 * its calls and leaves this test's class path where the real one leaves the application's.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final String WORKING_MAVEN =
      """
      echo "$JAVA_HOME $*" >>calls
      printf '%s' "$TEST_CLASS_PATH" >sot-dl4j/target/classpath
      """;

  @TempDir Path folder;
  private String classPath = Child.classPath();
  private Path root;
  private Path bin;
  private Path source;

  @BeforeEach
  void project() throws IOException {
    root = Files.createDirectories(folder.resolve("a project"));
    bin = Files.createDirectory(folder.resolve("bin"));
    Files.copy(Path.of("..", "sot"), root.resolve("sot"));
    assertThat(root.resolve("sot").toFile().setExecutable(true)).isTrue();
    Files.createDirectory(root.resolve(".mvn"));
    Files.createFile(root.resolve("pom.xml"));
    source = Files.createDirectories(root.resolve("sot-dl4j/src/main")).resolve("A.java");
    Files.createFile(source);
    Files.createFile(root.resolve("sot-dl4j/pom.xml"));
    for (String tool :
        List.of("cat", "dirname", "find", "grep", "head", "mkdir", "readlink", "touch")) {
      script(tool, "exec '%s' \"$@\"".formatted(onPath(tool)));
    }
  }

  @Test
  void forTheUiItBuildsTheUisModule() throws Exception {
    script("mvn", WORKING_MAVEN.replace("sot-dl4j/target", "training-ui/target"));
    Run run = sot("train", "--ui", "--recipe", "list");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("sot_tiny ");
    assertThat(root.resolve("calls")).content().contains("-pl training-ui -am");
    assertThat(root.resolve("sot-dl4j/target")).doesNotExist();
  }

  @Test
  void forSparkItBuildsSparksModuleAndGivesTheJvmItsOptions() throws Exception {
    sparksModule();
    Run run = sot("train", "--spark=local[2]", "--recipe", "list");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("openjdk version \"25");
    assertThat(root.resolve("calls")).content().contains("-pl sot-spark -am");
  }

  /** Options by which a JVM tells that it has them. */
  private void sparksModule() throws IOException {
    script("mvn", WORKING_MAVEN.replace("sot-dl4j/target", "sot-spark/target"));
    Files.createDirectory(root.resolve("sot-spark"));
    Files.writeString(root.resolve("sot-spark/jvm.options"), "-showversion\n");
  }

  @Test
  void sparkInAFileOfOptionsIsSeen() throws Exception {
    sparksModule();
    Path options = Files.writeString(folder.resolve("my options.yaml"), "spark: local[2]\n");
    for (String[] args :
        List.of(
            new String[] {"train", "--config", options.toString(), "--recipe", "list"},
            new String[] {"train", "--config=" + options, "--recipe", "list"})) {
      Run run = sot(args);
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.err()).contains("openjdk version \"25");
    }
  }

  @Test
  void theUiInAFileOfOptionsIsSeen() throws Exception {
    script("mvn", WORKING_MAVEN.replace("sot-dl4j/target", "training-ui/target"));
    Path options = Files.writeString(folder.resolve("options.yaml"), "ui: true\n");
    Run run = sot("train", "--config", options.toString(), "--recipe", "list");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(root.resolve("calls")).content().contains("-pl training-ui -am");
  }

  @Test
  void uiAndSparkAreNotForOneRun() throws Exception {
    for (String[] args :
        List.of(
            new String[] {"train", "--ui", "--spark=local[2]"},
            new String[] {"train", "--spark", "local[2]", "--ui"})) {
      Run run = sot(args);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err().lines()).containsExactly("sot: --ui and --spark do not go together.");
    }
  }

  @Test
  void itBuildsOnceAndAgainWhenASourceChanges() throws Exception {
    script("mvn", WORKING_MAVEN);
    Run first = sot("--version");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out()).startsWith("sot-dl4j ");
    assertThat(first.err()).contains("sot: building");
    assertThat(mavenCalls()).hasSize(1);

    Run second = sot("--version");
    assertThat(second.exitCode()).isZero();
    assertThat(second.err()).doesNotContain("building");
    assertThat(mavenCalls()).hasSize(1);

    Files.setLastModifiedTime(source, FileTime.from(Instant.now()));
    assertThat(sot("--version").exitCode()).isZero();
    assertThat(mavenCalls()).hasSize(2);

    Files.delete(source);
    assertThat(sot("--version").exitCode()).isZero();
    assertThat(mavenCalls()).hasSize(3);
  }

  @Test
  void itStartsThroughALinkAndPassesTheExitCodeOn() throws Exception {
    script("mvn", WORKING_MAVEN);
    Path link = Files.createSymbolicLink(folder.resolve("link"), root.resolve("sot"));
    Run run = run(link, "doctor", "--jsn");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("Unknown option: '--jsn'");
  }

  @Test
  void withoutAJdk25ItSaysSo() throws Exception {
    // The search reads the version of each JDK with grep.
    Files.delete(bin.resolve("grep"));
    script("grep", "exit 1");
    Run run = sot("--version");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .containsExactly(
            "sot: found no JDK 25; install one (such as Eclipse Temurin 25) or set JAVA_HOME to its folder.");
  }

  @Test
  void withoutMavenItSaysSo() throws Exception {
    Run run = sot("--version");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines()).singleElement().asString().contains("Maven is missing: install");
  }

  @Test
  void aFailedBuildShowsMavensOutput() throws Exception {
    script("mvn", "echo '[ERROR] a semicolon is missing'; exit 1");
    Run run = sot("--version");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("[ERROR] a semicolon is missing", "sot: the build failed");
  }

  /** The build for CUDA, as far as its class path tells. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          exit 9                  | none
          echo 'NVIDIA H200, 9.0' | NVIDIA H200 (compute capability 9.0)
          """)
  void forCudaWithoutAUsableGpuItNamesTheCpu(String nvidiaSmi, String gpu) throws Exception {
    script("mvn", WORKING_MAVEN);
    script("nvidia-smi", nvidiaSmi);
    Path cuda = folder.resolve("cuda");
    Files.createDirectories(cuda.resolve("org/nd4j/linalg/jcublas"));
    Files.createFile(cuda.resolve("org/nd4j/linalg/jcublas/JCublasBackend.class"));
    classPath += File.pathSeparator + cuda;
    Run info = sot("info", "sot_nano");
    assertThat(info.exitCode()).isEqualTo(1);
    assertThat(info.err())
        .contains(
            "sot: No usable GPU (%s): ".formatted(gpu),
            "; remove -Pcuda from .mvn/maven.config to use the CPU.");
    assertThat(sot("info", "--help").exitCode()).isZero();
    Run doctor = sot("doctor");
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.out()).contains("! gpu       " + gpu);
  }

  @Test
  void testRunsTheWholeBuildOnThatJdk() throws Exception {
    script("mvn", WORKING_MAVEN.replace("sot-dl4j/target/classpath", "/dev/null") + "exit 7");
    Run run = sot("test", "-Dtest=A B");
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(mavenCalls()).containsExactly(javaHome() + " -B verify -Dtest=A B");
  }

  private record Run(int exitCode, String out, String err) {}

  private Run sot(String... args) throws IOException, InterruptedException {
    return run(root.resolve("sot"), args);
  }

  private Run run(Path script, String... args) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(args));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("JAVA_HOME", javaHome());
    builder.environment().put("TEST_CLASS_PATH", classPath);
    int exitCode = builder.start().waitFor();
    return new Run(exitCode, Files.readString(out), Files.readString(err));
  }

  private void script(String name, String body) throws IOException {
    Path script = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + body);
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  private List<String> mavenCalls() throws IOException {
    return Files.readAllLines(root.resolve("calls"));
  }

  private static String javaHome() {
    return System.getProperty("java.home");
  }

  private static Path onPath(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }
}
