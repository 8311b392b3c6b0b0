package org.sotdl4j.app.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.TinyPictures;
import org.sotdl4j.app.train.Evaluator;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Batch;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.Epoch;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Sample;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.Checkpoint;

class SotPredictorTest {

  private static final List<Picture> PICTURES =
      IntStream.range(0, 21).mapToObj(i -> noise(i)).toList();

  @TempDir private Path folder;

  private static Picture noise(int seed) {
    Random random = new Random(seed);
    byte[] rgb = new byte[3 * (30 + seed) * 33];
    random.nextBytes(rgb);
    return new Picture(30 + seed, 33, rgb);
  }

  private static SavedModel untrained(String name) {
    return SavedModel.untrained(name, Zoo.get(name).model());
  }

  private Path saved(String name, Map<String, String> metadata) throws IOException {
    Path file = folder.resolve(name + ".safetensors");
    try (SavedModel model = untrained(name)) {
      Checkpoint.save(file, model.parameters(), new LinkedHashMap<>(), metadata);
    }
    return file;
  }

  /** The probabilities of all pictures by the code that evaluations use. */
  private static List<double[]> evaluated(SavedModel model) {
    Dataset pictures =
        new Dataset() {
          @Override
          public int size() {
            return PICTURES.size();
          }

          @Override
          public List<String> classes() {
            return model.classes();
          }

          @Override
          public Sample get(int index) {
            return new Sample("", PICTURES.get(index), 0);
          }
        };
    List<double[]> rows = new ArrayList<>();
    try (Evaluator evaluator = new Evaluator(model.model(), model.parameters(), model.engine());
        Epoch epoch =
            Pipeline.evaluation(pictures, model.input(), 100, 1, BatchLoader.STRICT).evaluation()) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          rows.addAll(List.of(evaluator.probabilities(batch.images())));
        }
      }
    }
    return rows;
  }

  @Test
  void manyThreadsGetWhatAnEvaluationFinds() throws Exception {
    try (SavedModel model = untrained("sot_nano");
        SotPredictor predictor = SotPredictor.of(model);
        ExecutorService threads = Executors.newFixedThreadPool(7)) {
      List<double[]> expected = evaluated(model);
      List<Future<double[]>> answers = new ArrayList<>();
      for (int i = 0; i < 5 * PICTURES.size(); i++) {
        Picture picture = PICTURES.get(i % PICTURES.size());
        answers.add(threads.submit(() -> predictor.probabilities(picture)));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get())
            .containsExactly(expected.get(i % PICTURES.size()), within(1e-5));
      }
    }
  }

  @Test
  void theBestClassesComeFirst() {
    try (SotPredictor predictor =
        SotPredictor.of(untrained("vit_nano").withClassNames(List.of("abcdefghij".split(""))))) {
      double[] probabilities = predictor.probabilities(PICTURES.get(3));
      List<Prediction> all = predictor.topK(PICTURES.get(3), 99);
      assertThat(all).hasSize(10);
      for (int i = 0; i < 10; i++) {
        Prediction p = all.get(i);
        assertThat(p.className()).isEqualTo(String.valueOf((char) ('a' + p.index())));
        assertThat(p.probability()).isEqualTo(probabilities[p.index()]);
        assertThat(p.probability()).isLessThanOrEqualTo(all.get(Math.max(0, i - 1)).probability());
      }
      assertThat(predictor.topK(PICTURES.stream(), 2))
          .hasSize(PICTURES.size())
          .allMatch(best -> best.size() == 2);
      assertThatThrownBy(() -> predictor.topK(PICTURES.get(0), 0))
          .hasMessage("k must be 1 or more, not 0");
    }
  }

  /** In these models a linear layer on the embedding decides. */
  @ParameterizedTest
  @ValueSource(strings = {"vit_nano", "t2t_vit_nano", "pit_nano", "swin_nano", "stvit_nano"})
  void theEmbeddingIsWhatTheHeadReads(String name) {
    try (SavedModel model = untrained(name);
        SotPredictor predictor = SotPredictor.of(model)) {
      INDArray weight = model.parameters().get("head.weight"); // [K, C]
      List<float[]> embeddings = predictor.embeddings(PICTURES.stream());
      for (int i = 0; i < PICTURES.size(); i++) {
        INDArray logits = weight.mmul(Nd4j.createFromArray(embeddings.get(i)));
        logits.addi(model.parameters().get("head.bias"));
        List<Prediction> best = predictor.topK(PICTURES.get(i), 2);
        assertThat(logits.getDouble(best.get(0).index()) - logits.getDouble(best.get(1).index()))
            .isEqualTo(
                Math.log(best.get(0).probability() / best.get(1).probability()), within(1e-4));
      }
    }
  }

  @Test
  void tokensOfClassAndPicture() {
    try (SotPredictor deit = SotPredictor.of(untrained("deit_nano_distilled"));
        SotPredictor swin = SotPredictor.of(untrained("swin_nano"));
        SotPredictor stvit = SotPredictor.of(untrained("stvit_nano"))) {
      float[][] tokens = deit.tokens(PICTURES.get(1));
      assertThat(tokens).hasDimensions(2 + 49, 96);
      float[] embedding = deit.embedding(PICTURES.get(1));
      for (int c = 0; c < 96; c++) {
        assertThat(embedding[c]).isEqualTo((tokens[0][c] + tokens[1][c]) / 2, within(1e-6f));
      }
      assertThat(deit.model().classTokens()).isEqualTo(2);
      for (SotPredictor predictor : List.of(swin, stvit)) {
        tokens = predictor.tokens(PICTURES.get(2));
        double mean = 0;
        for (float[] token : tokens) {
          mean += token[5] / tokens.length;
        }
        assertThat((double) predictor.embedding(PICTURES.get(2))[5]).isEqualTo(mean, within(1e-6));
      }
    }
  }

  @Test
  void filesOfOursSayWhatTheyAreAndOfficialOnesAreTold() throws IOException {
    Path ours = saved("vit_nano", SavedModel.metadata("vit_nano", Zoo.get("vit_nano").model()));
    Path official = saved("pit_nano", Map.of());
    Path file = TinyPictures.picture(folder.resolve("red.png"), 0, 1);
    BufferedImage drawn = ImageIO.read(file.toFile());
    try (SotPredictor one = SotPredictor.load(ours);
        SotPredictor other = SotPredictor.load(official, "pit_nano")) {
      assertThat(one.topK(file, 5)).hasSize(5).isEqualTo(one.topK(Picture.of(drawn), 5));
      assertThat(other.topK(file, 3)).hasSize(3);
      assertThatThrownBy(() -> one.topK(folder.resolve("none.png"), 1))
          .isInstanceOf(BadPictureException.class);
    }
  }

  @Test
  void closedItSaysSo() {
    SotPredictor predictor = SotPredictor.of(untrained("vit_nano"));
    predictor.close();
    predictor.close();
    assertThatThrownBy(() -> predictor.topK(PICTURES.get(0), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The predictor is closed");
    assertThatThrownBy(() -> predictor.embedding(PICTURES.get(0)))
        .hasMessage("The predictor is closed");
  }
}
