package org.sotdl4j.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sotdl4j.app.explain.ExplainPage;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.PictureDecoder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot explain}. */
@Command(
    name = "explain",
    description = "Show where a model looks in pictures, and whether that matters, on a page.")
final class ExplainCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..*",
      paramLabel = "SOURCE|PICTURE",
      description = {
        "SOURCE: a run's folder, a checkpoint that says what model it is of, or a model, untrained; not with --checkpoint.",
        "PICTURE: JPEG, PNG or WebP files."
      })
  private List<Path> arguments;

  @Mixin private CheckpointOptions checkpoint;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "The page to write, such as explain.html.")
  private Path out;

  @Option(
      names = "--beside",
      paramLabel = "SOURCE",
      description = "Show this model's feature maps too, as a ViT's beside those of a T2T-ViT.")
  private Path beside;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    List<Path> pictures = checkpoint.pictures(arguments, "SOURCE");
    new OptionChecks(spec).folderOf("--out", out);
    try (SavedModel saved = checkpoint.openOrUntrained(arguments.getFirst());
        SavedModel other = beside == null ? null : checkpoint.source(beside);
        ExplainPage page = new ExplainPage(saved, Optional.ofNullable(other));
        CountProgress progress =
            new CountProgress("explain", pictures.size(), spec.commandLine().getErr())) {
      int done = 0;
      for (Path picture : pictures) {
        page.add(picture.getFileName().toString(), PictureDecoder.read(picture));
        progress.at(++done);
      }
      page.write(out);
    }
    spec.commandLine().getOut().println(out);
    return 0;
  }
}
