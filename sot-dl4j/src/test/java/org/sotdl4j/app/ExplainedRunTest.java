package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.explain.ExplainPage;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.Dataset;

/** Whether the maps of a model that has learned something are more than decoration. */
@Tag("slow")
class ExplainedRunTest {

  private static final int PICTURES = 200;

  @TempDir private Path folder;

  @Test
  void whatIsBrightMattersMoreThanWhatIsNot() throws IOException {
    Path run = folder.resolve("run");
    CommandLineRun trained = CommandLineRun.of("train", "--output", run.toString());
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    Dataset pictures = DataSource.open(DataSource.BUNDLED).val();
    Path page = folder.resolve("page.html");
    try (SavedModel saved = SavedModel.open(run);
        ExplainPage explained = new ExplainPage(saved, Optional.empty())) {
      for (int i = 0; i < PICTURES; i++) {
        int index = i * pictures.size() / PICTURES;
        explained.add("picture " + index, pictures.get(index).picture());
      }
      explained.write(page);
    }

    Areas deletion = Areas.of(page, "Deletion");
    Areas insertion = Areas.of(page, "Insertion");
    System.out.println("deletion " + deletion + ", insertion " + insertion);
    // A map without meaning gives 0. Each half alone is near the noise of so few pictures.
    double gain = (deletion.random - deletion.brightest) + (insertion.brightest - insertion.random);
    assertThat(gain).isGreaterThan(0.05);
  }

  /** Areas under the curves of a page's headline. */
  private record Areas(double brightest, double random) {

    static Areas of(Path page, String name) throws IOException {
      Matcher tile =
          Pattern.compile(name + "</dt><dd>([.\\d]+)<small>mean area; in random order ([.\\d]+)")
              .matcher(Files.readString(page));
      assertThat(tile.find()).isTrue();
      return new Areas(Double.parseDouble(tile.group(1)), Double.parseDouble(tile.group(2)));
    }
  }
}
