package org.sotdl4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.sotdl4j.app.glue.GlueRun;
import org.sotdl4j.app.glue.Influence;
import org.sotdl4j.app.glue.InfluencePage;
import org.sotdl4j.zoo.checkpoint.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot influence}. */
@Command(
    name = "influence",
    description = {
      "Show which words of a text decide: how much the answer of 'sot glue' runs changes without each.",
      "The greener, the more; words that speak against the answer are underlined.",
      "Several runs, as of the heads class, word and class+word, are shown below each other."
    })
final class InfluenceCommand implements Callable<Integer> {

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders of 'sot glue' runs.")
  private List<Path> runs;

  @Option(names = "--text", required = true, paramLabel = "TEXT", description = "What to read.")
  private String text;

  @Option(names = "--pair", paramLabel = "TEXT", description = "The second text of a pair.")
  private String pair;

  @Option(names = "--out", paramLabel = "FILE", description = "Write a page with colours too.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (text.isBlank() || (pair != null && pair.isBlank())) {
      throw new OptionChecks(spec).wrong("The text is empty");
    }
    List<Influence> influences = new ArrayList<>();
    for (Path folder : runs) {
      try (GlueRun run = GlueRun.open(folder)) {
        if (run.config().glueTask().isPair() != (pair != null)) {
          throw new OptionChecks(spec)
              .wrong(
                  "%s is a task of %s"
                      .formatted(
                          run.config().task(),
                          pair == null
                              ? "pairs: give --pair too"
                              : "single texts, without --pair"));
        }
        Influence influence = Influence.of(run, text, pair);
        if (influence.truncated()) {
          spec.commandLine()
              .getErr()
              .printf(
                  "The text is longer than the %d tokens that %s reads, and is cut off.%n",
                  run.config().maxLength(), folder);
        }
        influences.add(influence);
      }
    }
    PrintWriter terminal = spec.commandLine().getOut();
    for (int i = 0; i < runs.size(); i++) {
      print(terminal, runs.get(i), influences.get(i));
    }
    if (out != null) {
      AtomicFile.writeText(out, InfluencePage.html(runs, influences));
    }
    return 0;
  }

  private void print(PrintWriter terminal, Path run, Influence influence) {
    boolean colours = spec.commandLine().getColorScheme().ansi().enabled();
    terminal.printf(
        Locale.ROOT,
        "%s, %s: answer %s%s%n",
        run,
        influence.head().words(),
        influence.answer(),
        Double.isNaN(influence.probability())
            ? ""
            : String.format(Locale.ROOT, " (%.3f)", influence.probability()));
    for (Influence.Word word : influence.words()) {
      if (colours) {
        int[] rgb = InfluencePage.colour(influence, word);
        terminal.printf(
            "\u001b[30;%s48;2;%d;%d;%dm %s \u001b[0m",
            word.effect() < 0 ? "4;" : "", rgb[0], rgb[1], rgb[2], word.characters());
      } else {
        terminal.printf(Locale.ROOT, "  %+8.3f  %s%n", word.effect(), word.characters());
      }
    }
    if (colours) {
      terminal.println();
    }
    terminal.flush();
  }
}
