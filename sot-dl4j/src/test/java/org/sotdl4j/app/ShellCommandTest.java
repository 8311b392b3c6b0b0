package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ShellCommandTest {

  @TempDir Path folder;

  private CommandLineRun script(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("s.jsh"), text);
    return CommandLineRun.of("shell", file.toString());
  }

  @Test
  void aScriptThatRunsToItsEndSucceeds() throws IOException {
    Path made = folder.resolve("made");
    CommandLineRun run =
        script(
            """
            // The helpers and the imports are there; what a method uses may come later.
            int classes() {
              return later().setup().classes();
            }
            Model later() {
              return model("sot_nano");
            }
            Files.writeString(Path.of("%s"), "" + classes());
            /exit
            this is no Java
            """
                .formatted(made));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(made).hasContent("10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int a = 1;/# a/int b = "x";/int c = 1; | :3: incompatible types: java.lang.String cannot be converted to int
          int a = 1;/int f() {/  return c;/}      | :2: not defined: variable c
          int a = 1;/f();                         | :2: cannot find symbol
          int a = 1;//if (true) {                 | :3: reached end of file while parsing
          int f(int n) {/  return 1 / n;/}/f(0)   | :4: java.lang.ArithmeticException: / by zero
          /Zoo.get("sot_tony");                   | :2: org.sotdl4j.zoo.UnknownModelException: There is no model
          /throw new org.sotdl4j.app.UserException("Alas.");      | :2: Alas.
          """)
  void itsFirstLineThatFailsEndsIt(String text, String message) throws IOException {
    CommandLineRun run =
        script(text.replace(" / ", "÷").replace('/', '\n').replace("#", "//").replace("÷", " / "));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("sot: ").contains("s.jsh" + message).hasLineCount(1);
  }

  @Test
  void aFileThatIsNotThere() {
    CommandLineRun run = CommandLineRun.of("shell", folder.resolve("none.jsh").toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("no such file or folder");
  }

  @Test
  void itIsJShell() throws Exception {
    try (Child child = Child.start(folder, "shell")) {
      try (Writer in = child.process().outputWriter(StandardCharsets.UTF_8)) {
        in.write("System.out.println(\"C = \" + ((SoT) model(\"sot_nano\")).dim())\n/exit 3\n");
      }
      CommandLineRun run = child.await();
      assertThat(run.out()).contains("C = 64");
      assertThat(run.exitCode()).isEqualTo(3);
    }
  }

  static Stream<Path> notebooks() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "notebooks"))) {
      return files.map(Path::toAbsolutePath).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void notebooksRun(Path notebook) throws Exception {
    Path data = TinyPictures.write(folder.resolve("data"), 3, 10, 3);
    try (Child child =
        Child.start(
            folder,
            List.of(), // not compiled by the quick compiler alone: there is more to compute
            Map.of(),
            Main.class,
            "shell",
            notebook.toString(),
            "-Depochs=1",
            "-Dsteps=3",
            "-Dunseen=9",
            "-Ddata=" + data)) {
      CommandLineRun run = child.await();
      assertThat(run.exitCode()).as(run.err()).isZero();
      List<String> pictures = run.out().lines().filter(line -> line.endsWith(".png")).toList();
      for (String picture : pictures) {
        assertThat(ImageIO.read(folder.resolve(picture).toFile())).isNotNull();
      }
    }
  }
}
