package org.sotdl4j.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import jdk.jshell.tool.JavaShellToolBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sot shell}. */
@Command(
    name = "shell",
    description = {
      "Open JShell with all of this library on the class path, its imports and helpers (class Notebook).",
      "With FILE: run such a script, as those in notebooks/, and end with exit code 1 where a line fails."
    })
final class ShellCommand implements Callable<Integer> {

  private static final String STARTUP = "startup.jsh";

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "A script of JShell.")
  private Path file;

  @Option(
      names = "-D",
      paramLabel = "NAME=VALUE",
      description = "Set a system property, which the script asks for; may be repeated.")
  private Map<String, String> properties = Map.of();

  @Override
  public Integer call() throws Exception {
    properties.forEach(System::setProperty);
    String startup = startup();
    if (file != null) {
      try (Script script = new Script()) {
        script.run(STARTUP, startup);
        script.run(file.toString(), Files.readString(file));
      }
      return 0;
    }
    Path imports = Files.createTempFile("sot", ".jsh");
    try {
      Files.writeString(imports, startup);
      return JavaShellToolBuilder.builder()
          .start(
              // In this JVM, which has the flags that the library needs.
              "--execution=local",
              "--class-path=" + System.getProperty("java.class.path"),
              "--startup=DEFAULT",
              "--startup=" + imports);
    } finally {
      Files.delete(imports);
    }
  }

  private static String startup() throws IOException {
    try (InputStream in = ShellCommand.class.getResourceAsStream(STARTUP)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
