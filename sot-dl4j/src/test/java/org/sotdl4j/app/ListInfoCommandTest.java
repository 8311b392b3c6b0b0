package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ListInfoCommandTest {

  private static final String[] FIELDS = {
    "name", "family", "params", "trainable", "gmacs", "gmacsLinearConv", "inputSize", "source"
  };

  @Test
  void listShowsWhatMatchesAPattern() {
    CommandLineRun run = CommandLineRun.of("list", "sot_*");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().map(line -> line.split(" +", 2)[0]))
        .containsExactly("model", "sot_tiny", "sot_small", "sot_base", "sot_nano");
  }

  @Test
  void aQuestionMarkIsOneCharacterAndADotIsADot() {
    assertThat(CommandLineRun.of("list", "?ot_nano").out()).hasLineCount(2).contains("sot_nano");
    assertThat(CommandLineRun.of("list", ".ot_nano").exitCode()).isEqualTo(1);
  }

  @Test
  void listSaysWhenNothingMatches() {
    CommandLineRun run = CommandLineRun.of("list", "resnet*");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .containsExactly("sot: No model matches resnet*; './sot list' shows all.");
  }

  @Test
  void listAsJsonIsAnArrayOfObjects() {
    CommandLineRun run = CommandLineRun.of("list", "sot_*", "--json");
    assertThat(run.exitCode()).isZero();
    JsonNode models = JsonMapper.shared().readTree(run.out());
    assertThat(models.isArray()).isTrue();
    assertThat(models).hasSize(4);
    for (JsonNode model : models) {
      assertThat(model.propertyNames()).containsExactlyInAnyOrder(FIELDS);
    }
  }

  @Test
  void infoAsJsonIsAnObject() {
    CommandLineRun run = CommandLineRun.of("info", "sot_tiny", "--json");
    assertThat(run.exitCode()).isZero();
    JsonNode model = JsonMapper.shared().readTree(run.out());
    assertThat(model.propertyNames()).containsExactlyInAnyOrder(FIELDS);
    assertThat(model.get("name").asString()).isEqualTo("sot_tiny");
    assertThat(model.get("family").asString()).isEqualTo("SoT");
    assertThat(model.get("params").asLong()).isEqualTo(8_030_830);
    assertThat(model.get("trainable").asLong()).isEqualTo(7_983_550);
    assertThat(model.get("gmacs").asDouble()).isBetween(2.75, 2.755);
    assertThat(model.get("gmacsLinearConv").asDouble()).isBetween(2.525, 2.535);
    assertThat(model.get("inputSize").asInt()).isEqualTo(224);
    assertThat(model.get("source").asString()).contains("jiangtaoxie/SoT");
  }

  @Test
  void infoForPeopleHasTheSameNumbers() {
    CommandLineRun run = CommandLineRun.of("info", "vit_nano");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("vit_nano (DeiT)", "28 x 28", "bicubic", "parameters", "GMACs");
  }

  @Test
  void anUnknownModelIsWrongUsageAndTheNearestIsNamed() {
    CommandLineRun run = CommandLineRun.of("info", "sot_tinny");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().findFirst().orElseThrow())
        .contains("There is no model named sot_tinny; did you mean sot_tiny?");
  }
}
