package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

class MainTest {

  @ParameterizedTest
  @ValueSource(strings = {"--help", "doctor --help", "doctor -h"})
  void helpGoesToStandardOutput(String args) {
    var run = CommandLineRun.of(args.split(" "));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: sot").contains("--debug", "--version");
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "doctor --version"})
  void theVersionIsTheOneThatMavenBuilt(String args) {
    var run = CommandLineRun.of(args.split(" "));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).matches("sot-dl4j \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
  }

  /** Enums would show in capitals. */
  @ParameterizedTest
  @ValueSource(strings = {"train", "eval", "verify", "bench", "data sheet"})
  void helpShowsDefaultsAsTheyAreTyped(String command) {
    var run = CommandLineRun.of((command + " --help").split(" "));
    assertThat(run.out()).contains("default: ").doesNotContainPattern("default:\\s+[A-Z]{2}");
  }

  @Test
  void wrongUsageNamesTheErrorAndTheRemedy() {
    var option = CommandLineRun.of("doctor", "--jsn");
    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(option.out()).isEmpty();
    assertThat(option.err().lines())
        .containsExactly(
            "sot: Unknown option: '--jsn'",
            "Possible solutions: --json",
            "'sot doctor --help' shows the usage.");

    var command = CommandLineRun.of("docter");
    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.err()).contains("'docter'", "Did you mean: sot doctor");

    var none = CommandLineRun.of();
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("A command is missing.", "sot --help");
  }

  @Test
  void anUnknownChoiceNamesTheOthersInLowerCase() {
    var run = CommandLineRun.of("bench", "--peers", "sot,Stok");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("'--peers'", "'Stok' is none of sot, stock");
    assertThat(CommandLineRun.of("bench", "--peers", "SOT,stock", "--help").exitCode()).isZero();
  }

  @Test
  void aCommandCanRejectItsArguments() {
    var run = fail(null);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines())
        .containsExactly("sot: the arguments disagree", "'sot fail --help' shows the usage.");
  }

  @Test
  void failedWorkIsOneSentence() {
    var run = fail(new UserException("cannot do it; do that instead."));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).containsExactly("sot: cannot do it; do that instead.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--debug fail", "fail --debug"})
  void debugShowsTheStackTrace(String args) {
    var run = fail(new UserException("cannot", new IOException("the cause")), args.split(" "));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("sot: cannot")
        .contains("\tat " + MainTest.class.getName(), "the cause");
  }

  @Test
  void anUnexpectedExceptionNamesItsClass() {
    var run = fail(new IllegalStateException("odd"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines())
        .containsExactly(
            "sot: unexpected java.lang.IllegalStateException: odd; run again with --debug for the stack trace");
  }

  @Test
  void errorsOfTheJvmAreReportedToo() {
    var memory = fail(new OutOfMemoryError("Java heap space"));
    assertThat(memory.exitCode()).isEqualTo(1);
    assertThat(memory.err().lines())
        .singleElement()
        .asString()
        .contains("not enough memory (Java heap space)", "--batch-size", "SOT_JAVA_OPTS");

    var link = fail(new UnsatisfiedLinkError("no nd4jcpu"));
    assertThat(link.exitCode()).isEqualTo(1);
    assertThat(link.err()).contains("UnsatisfiedLinkError: no nd4jcpu").hasLineCount(1);
  }

  @Test
  void aMissingFileIsNamed() {
    var run = fail(new UncheckedIOException(new NoSuchFileException("images/cat.png")));
    assertThat(run.err().lines()).containsExactly("sot: no such file or folder: images/cat.png");
  }

  private static CommandLineRun fail(Throwable failure, String... args) {
    CommandLine commandLine = Main.commandLine().addSubcommand(new Fail(failure));
    return CommandLineRun.of(commandLine, args.length == 0 ? new String[] {"fail"} : args);
  }

  /** Fails as it is told; without a failure it rejects its arguments. */
  @Command(name = "fail")
  private static final class Fail implements Callable<Integer> {

    private final Throwable failure;
    @Spec private CommandSpec spec;

    Fail(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      switch (failure) {
        case null -> throw new ParameterException(spec.commandLine(), "the arguments disagree");
        case Exception e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError(failure);
      }
    }
  }
}
