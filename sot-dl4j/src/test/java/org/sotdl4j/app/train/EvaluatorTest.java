package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Sample;
import org.sotdl4j.datasets.SkippedPictures;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Part;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.LayerGroups;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.Setup;

/** Counts on pictures of one pixel and a model whose answers follow from them by hand. */
class EvaluatorTest {

  private static final int CLASSES = 7;

  /** The logit of class k is 2 k x or -2 k x by the sign of the red value x in [-1, 1]. */
  private record Slope(Setup setup) implements Model {

    @Override
    public Model with(Setup newSetup) {
      return new Slope(newSetup);
    }

    @Override
    public InputSpec input() {
      return InputSpec.small(1);
    }

    @Override
    public List<Part> trunk() {
      return List.of(new Part("pixel", (scope, image) -> image.reshape(-1, 3)));
    }

    @Override
    public int classTokens() {
      return 0;
    }

    @Override
    public List<SDVariable> head(Scope scope, SDVariable pixel) {
      float[][] slopes = new float[3][CLASSES];
      for (int k = 0; k < CLASSES; k++) {
        slopes[0][k] = 2 * k;
      }
      return List.of(pixel.mmul(scope.constant(Nd4j.createFromArray(slopes))));
    }

    @Override
    public List<String> classifier() {
      return List.of();
    }

    @Override
    public List<String> intermediates() {
      return List.of();
    }

    @Override
    public Set<String> noWeightDecay() {
      return Set.of();
    }

    @Override
    public LayerGroups layerGroups() {
      return new LayerGroups(List.of());
    }
  }

  /** A picture is white (the classes rank 6, 5, 4, ...), black (0, 1, 2, ...) or broken. */
  private record Pixels(List<Integer> reds, List<Integer> labels) implements Dataset {

    @Override
    public int size() {
      return reds.size();
    }

    @Override
    public List<String> classes() {
      return IntStream.range(0, CLASSES).mapToObj(String::valueOf).toList();
    }

    @Override
    public Sample get(int index) {
      if (reds.get(index) < 0) {
        throw new BadPictureException("picture " + index, "broken");
      }
      byte red = reds.get(index).byteValue();
      return new Sample("p", new Picture(1, 1, new byte[] {red, 0, 0}), labels.get(index));
    }
  }

  @Test
  void countsByHand() {
    // white: right, in the first five (2), not in the first five (1); black: right, out (5), in (4)
    var pixels = new Pixels(List.of(255, 255, 255, -1, 0, 0, 0), List.of(6, 2, 1, 0, 0, 5, 4));
    var skipped = new SkippedPictures();
    List<Integer> progress = new ArrayList<>();
    Evaluator.Result result = evaluate(pixels, skipped, progress);

    assertThat(skipped.count()).isEqualTo(1);
    assertThat(progress).containsExactly(6);
    assertThat(result.count()).isEqualTo(6);
    assertThat(result.top1()).isEqualTo(2 / 6.0);
    assertThat(result.top5()).isEqualTo(4 / 6.0);
    assertThat(result.answers())
        .extracting(Evaluator.Answer::index)
        .containsExactly(0, 1, 2, 4, 5, 6);
    assertThat(result.answers())
        .extracting(Evaluator.Answer::predicted)
        .containsExactly(6, 6, 6, 0, 0, 0);
    // The best class is d = 0, 4, 5, 0, 5, 4 classes away: -log p = 2 d + log sum_k exp(-2 k).
    double sum = IntStream.range(0, CLASSES).mapToDouble(k -> Math.exp(-2.0 * k)).sum();
    assertThat(result.loss()).isEqualTo(2 * 18 / 6.0 + Math.log(sum), within(1e-6));
    assertThat(result.answers().getFirst().probability()).isEqualTo(1 / sum, within(1e-6));
    assertThat(result.confusion().count(1, 6)).isEqualTo(1);
    assertThat(result.confusion().count(6, 6)).isEqualTo(1);
    assertThat(result.confusion().count(6, 1)).isZero();
  }

  @Test
  void withoutAPictureThereIsNoResult() {
    var pixels = new Pixels(List.of(-1, -1), List.of(0, 1));
    assertThatThrownBy(() -> evaluate(pixels, new SkippedPictures(), new ArrayList<>()))
        .isInstanceOf(DatasetException.class)
        .hasMessage("None of the pictures to evaluate can be read");
  }

  private static Evaluator.Result evaluate(
      Dataset pixels, SkippedPictures skipped, List<Integer> progress) {
    Model model = new Slope(Setup.of(1, 3, CLASSES));
    try (Parameters none = new Parameters(DataType.FLOAT, Parameters.Source.uninitialized());
        Evaluator evaluator = new Evaluator(model, none, Engine.COMPILED)) {
      return evaluator.evaluate(
          Pipeline.evaluation(pixels, model.input(), 100, 2, skipped), progress::add);
    }
  }
}
