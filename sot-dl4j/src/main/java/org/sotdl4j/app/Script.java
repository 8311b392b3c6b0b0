package org.sotdl4j.app;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * A script of JShell, run in this JVM. In JShell's own tool a line that fails is printed and the
 * next one follows; here it ends the script.
 */
final class Script implements AutoCloseable {

  private final JShell shell = JShell.builder().executionEngine("local").build();

  /** Where each snippet was read: its file and first line, by its number in JShell. */
  private final Map<String, Place> places = new HashMap<>();

  private record Place(String file, int line) {
    private Place plus(int lines) {
      return new Place(file, line + lines);
    }

    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  Script() {
    shell.addToClasspath(System.getProperty("java.class.path"));
  }

  /**
   * Runs snippets of Java; a line {@code /exit} ends them.
   *
   * @param file where they come from
   * @throws UserException if one does not compile or throws: the message names the line
   */
  void run(String file, String text) {
    String script = text.replaceFirst("(?ms)^/exit\\b.*", "");
    String rest = code(script);
    while (!rest.isEmpty()) {
      Place place =
          new Place(file, 1 + lines(script.substring(0, script.length() - rest.length())));
      CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      // What is cut off has no source of its own; evaluated, it says what is missing.
      boolean cutOff = next.source() == null;
      for (SnippetEvent event : shell.eval(cutOff ? rest : next.source())) {
        if (event.causeSnippet() == null) {
          places.put(event.snippet().id(), place);
          check(event);
        }
      }
      rest = cutOff ? "" : code(next.remaining());
    }
    shell.snippets().forEach(this::checkIsResolved);
  }

  private void check(SnippetEvent event) {
    Snippet snippet = event.snippet();
    if (event.status() == Snippet.Status.REJECTED) {
      Diag error = shell.diagnostics(snippet).filter(Diag::isError).findFirst().orElseThrow();
      String before = snippet.source().substring(0, (int) error.getStartPosition());
      throw failure(
          places.get(snippet.id()).plus(lines(before)), error.getMessage(Locale.ROOT), null);
    }
    if (event.exception() != null) {
      throw failure(places.get(snippet.id()), words(event.exception()), event.exception());
    }
  }

  /** A method may use what comes later, but it must come. */
  private void checkIsResolved(Snippet snippet) {
    if (shell.status(snippet) == Snippet.Status.RECOVERABLE_DEFINED
        || shell.status(snippet) == Snippet.Status.RECOVERABLE_NOT_DEFINED) {
      String missing =
          Stream.concat(
                  shell.unresolvedDependencies((DeclarationSnippet) snippet),
                  shell.diagnostics(snippet).map(d -> d.getMessage(Locale.ROOT)))
              .collect(Collectors.joining("; "));
      throw failure(places.get(snippet.id()), "not defined: " + missing, null);
    }
  }

  private static String words(JShellException e) {
    String type = e instanceof EvalException thrown ? thrown.getExceptionClassName() : "";
    return type.isEmpty() || type.equals(UserException.class.getName())
        ? e.getMessage()
        : type + ": " + e.getMessage();
  }

  private static UserException failure(Place place, String reason, Throwable cause) {
    return new UserException(
        "%s: %s".formatted(place, reason.lines().collect(Collectors.joining(" "))), cause);
  }

  /** A text without the blanks and comments in front. */
  private static String code(String text) {
    return text.replaceFirst("(?s)^(\\s|//[^\n]*|/\\*.*?\\*/)*+", "");
  }

  private static int lines(String text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }

  @Override
  public void close() {
    shell.close();
  }
}
