package org.sotdl4j.app.glue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class InfluencePageTest {

  @Test
  void onlyWordsThatSpeakAgainstTheAnswerAreMarked() {
    var words = List.of(new Influence.Word(0, "not", -0.2), new Influence.Word(0, "good", 0.4));
    var influence = new Influence(GlueHead.CLASS, "1", 0.75, words, false);

    String page = InfluencePage.html(List.of(Path.of("run")), List.of(influence));

    assertThat(page)
        .contains("<p>run: answer 1, probability 0.750</p>")
        .containsPattern("<span class=\"against\" [^>]*title=\"-0.200\">not</span>")
        .containsPattern("<span style=[^>]*title=\"\\+0.400\">good</span>");
  }
}
