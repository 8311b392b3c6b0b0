package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.Checkpoint;

/** A teacher by ImageNet's mean, deit_tiny, of a student by another, deit_nano_distilled. */
class TeacherTest {

  private static final int SIZE = 32;
  private static final List<String> CLASSES = List.of("ant", "bee", "cat");

  @TempDir private Path folder;
  private Path checkpoint;

  private static Model model(String name) {
    Model usual = Zoo.get(name).model();
    Setup setup = usual.setup().withImageSize(SIZE).withClasses(CLASSES.size());
    return usual.with(setup);
  }

  @BeforeEach
  void teacher() throws IOException {
    checkpoint = folder.resolve("teacher.safetensors");
    try (SavedModel untrained = SavedModel.untrained("deit_tiny", model("deit_tiny"))) {
      Checkpoint.save(checkpoint, untrained.parameters(), new LinkedHashMap<>(), Map.of());
    }
  }

  private Teacher teacher(Distillation.Type type) {
    var distillation = new Distillation(type, checkpoint.toString(), "deit_tiny", 0.5, 1);
    return new Teacher(distillation, model("deit_nano_distilled"), CLASSES, Engine.COMPILED);
  }

  /** Pictures of random pixels, the same ones for any input. */
  private static INDArray pictures(InputSpec input) {
    INDArray images = Nd4j.create(DataType.FLOAT, 2, 3, SIZE, SIZE);
    var random = new CounterRandom(1);
    for (int i = 0; i < images.length(); i++) {
      int channel = i / (SIZE * SIZE) % 3;
      double value = random.nextDouble();
      images.putScalar(i, (value - input.mean().get(channel)) / input.std().get(channel));
    }
    return images;
  }

  @Test
  void itSeesThePicturesAsItWasTrained() {
    INDArray given = pictures(model("deit_nano_distilled").input());
    INDArray before = given.dup();
    try (SavedModel saved = SavedModel.open(checkpoint, "deit_tiny", model("deit_tiny"), true);
        Evaluator own = Evaluator.frozen(saved.model(), saved.parameters(), Engine.COMPILED);
        Teacher soft = teacher(Distillation.Type.SOFT);
        Teacher hard = teacher(Distillation.Type.HARD)) {
      double[][] expected = own.probabilities(pictures(saved.input()));
      INDArray logits = soft.answer(given);
      INDArray best = hard.answer(given);
      for (int i = 0; i < expected.length; i++) {
        double[] told = Ranking.softmax(logits.getRow(i).toDoubleVector());
        assertThat(told).containsExactly(expected[i], within(1e-5));
        int top = Ranking.top(expected[i], 1)[0];
        for (int k = 0; k < CLASSES.size(); k++) {
          assertThat(best.getDouble(i, k)).isEqualTo(k == top ? 1 : 0);
        }
      }
      double[][] otherwise = own.probabilities(given);
      assertThat(otherwise[0][0]).isNotCloseTo(expected[0][0], within(1e-4));
    }
    assertThat(given).isEqualTo(before);
  }
}
