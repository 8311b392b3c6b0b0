package org.sotdl4j.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What a command did.
 *
 * @param exitCode its exit code
 * @param out standard output
 * @param err standard error
 */
public record CommandLineRun(int exitCode, String out, String err) {

  /** Runs the application's command line in this JVM. */
  static CommandLineRun of(String... args) {
    return of(Main.commandLine(), args);
  }

  static CommandLineRun of(CommandLine commandLine, String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        commandLine
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new CommandLineRun(exitCode, out.toString(), err.toString());
  }
}
