package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainCommandTest {

  @TempDir private Path folder;
  private Path picture;
  private Path page;

  @BeforeEach
  void picture() throws Exception {
    picture = TinyPictures.picture(folder.resolve("picture.png"), 1, 5);
    page = folder.resolve("explain.html");
  }

  private CommandLineRun explain(String model, String... more) {
    String[] args =
        Arrays.copyOf(
            new String[] {"explain", model, picture.toString(), "--out", page.toString()},
            5 + more.length);
    System.arraycopy(more, 0, args, 5, more.length);
    return CommandLineRun.of(args);
  }

  /** Each family's own pictures, by words that its page has and others' have not. */
  @ParameterizedTest
  @CsvSource({
    "sot_nano, word tokens, 9",
    "vit_nano, blocks.2, 10",
    "deit_nano_distilled, head 4, 10",
    "t2t_vit_nano, tokens_to_token.attention1, 11",
    "t2t_vit_nano_se, head 4, 11",
    "pit_nano, stage 3, 14",
    "swin_nano, rollout, 7",
    "stvit_nano, iteration 1, 10"
  })
  void thePageHasWhatTheFamilyShows(String model, String words, int figures) throws Exception {
    CommandLineRun run = explain(model);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().strip()).isEqualTo(page.toString());
    var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(page.toFile());
    assertThat(Files.readString(page)).contains(words, "picture.png: class ", "random");
    assertThat(document.getElementsByTagName("img").getLength()).as(model).isEqualTo(figures);
    assertThat(document.getElementsByTagName("canvas").getLength()).isEqualTo(2);
  }

  @Test
  void anotherModelsFeaturesStandBeside() throws Exception {
    CommandLineRun run = explain("t2t_vit_nano", "--beside", "vit_nano");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(page)).contains("Features of t2t_vit_nano", "Features of vit_nano");
  }

  @Test
  void errorsAreOneSentence() {
    CommandLineRun without = CommandLineRun.of("explain", "vit_nano", "--out", page.toString());
    assertThat(without.exitCode()).isEqualTo(2);
    assertThat(without.err()).contains("After SOURCE the pictures are missing.");
    CommandLineRun missing =
        CommandLineRun.of("explain", "vit_nano", "none.jpg", "--out", page.toString());
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("Cannot use the picture none.jpg");
    assertThat(page).doesNotExist();
  }
}
