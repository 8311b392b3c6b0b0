package org.sotdl4j.app.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sotdl4j.app.predict.SotPredictor;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.zoo.Zoo;

class ExplainerTest {

  /** Noise, 28 pixels wide: what the nano models see is the picture itself. */
  static Picture noise(long seed) {
    byte[] rgb = new byte[3 * 28 * 28];
    new Random(seed).nextBytes(rgb);
    return new Picture(28, 28, rgb);
  }

  static SavedModel untrained(String name) {
    return SavedModel.untrained(name, Zoo.get(name).model());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sot_nano",
        "so_vit_nano",
        "vit_nano",
        "deit_nano_distilled",
        "t2t_vit_nano",
        "t2t_vit_nano_dense",
        "pit_nano",
        "stvit_nano",
        "swin_nano"
      })
  void itAnswersAsThePredictorAndLooksSomewhere(String name) {
    try (SavedModel saved = untrained(name);
        Explainer explainer = new Explainer(saved);
        SotPredictor predictor = SotPredictor.of(untrained(name))) {
      Explainer.Look look = explainer.look(noise(7));

      assertThat(look.all().probabilities())
          .containsExactly(predictor.probabilities(noise(7)), within(1e-5));
      assertThat(DoubleStream.of(look.all().map().values()))
          .hasSizeGreaterThan(3)
          .anyMatch(v -> v > 0)
          .allMatch(v -> v >= 0);
      assertThat(look.all().map().over(look.picture()).getWidth()).isEqualTo(224);
    }
  }

  /** The logits of SoT are a sum, so the gradients are too, before negative sums are left out. */
  @Test
  void theBranchesOfSotTogetherAreTheAnswer() {
    try (SavedModel saved = untrained("sot_nano");
        Explainer explainer = new Explainer(saved)) {
      Explainer.Look look = explainer.look(noise(3));

      assertThat(look.branches())
          .extracting(Explainer.Branch::name)
          .containsExactly("class token", "word tokens", "answer");
      double[] byClass = look.branches().get(0).map().values();
      double[] byWords = look.branches().get(1).map().values();
      double[] both = look.all().map().values();
      for (int i = 0; i < both.length; i++) {
        if (byClass[i] > 0 && byWords[i] > 0) {
          assertThat(both[i]).isCloseTo(byClass[i] + byWords[i], within(1e-5 + 1e-3 * both[i]));
        }
      }
    }
  }

  @Test
  void placesAreOrderedFromHotToCold() {
    try (SavedModel saved = untrained("vit_nano");
        Explainer explainer = new Explainer(saved)) {
      HeatMap map = explainer.look(noise(5)).all().map();

      assertThat(map.rows()).isEqualTo(7);
      int[] order = map.hottestFirst();
      assertThat(map.values()[order[0]]).isGreaterThan(0);
      assertThat(map.values()[order[48]]).isLessThan(map.values()[order[0]]);
    }
  }
}
