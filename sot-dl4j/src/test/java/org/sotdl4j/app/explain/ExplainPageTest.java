package org.sotdl4j.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.STViT;
import org.sotdl4j.zoo.Setup;

class ExplainPageTest {

  @TempDir private Path folder;

  /** Two stages with super tokens and one without. */
  @Test
  void superTokensOfEachBlockAndIteration() throws IOException {
    var model =
        new STViT(
            Setup.of(28, 3, 10),
            List.of(
                new STViT.Stage(24, 2, 1, 1, 3, 3, 0),
                new STViT.Stage(48, 1, 2, 3, 2, 2, 0),
                new STViT.Stage(96, 1, 4, 1, 1, 1, 0)),
            4,
            true,
            128,
            InputSpec.small(28));
    Path page = folder.resolve("page.html");
    try (SavedModel saved = SavedModel.untrained("it", model);
        ExplainPage explained = new ExplainPage(saved, Optional.empty())) {
      explained.add("noise", ExplainerTest.noise(1));
      explained.write(page);
    }

    List<String> names =
        Pattern.compile("<strong>([^<]*)</strong><small>borders")
            .matcher(Files.readString(page))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(names)
        .containsExactly(
            "grid",
            "block 1, iteration 1",
            "block 2, iteration 1",
            "grid",
            "block 1, iteration 1",
            "block 1, iteration 2",
            "block 1, iteration 3");
  }
}
