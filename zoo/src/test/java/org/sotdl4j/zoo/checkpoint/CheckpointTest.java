package org.sotdl4j.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.DenseNetTokens;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.SoT;
import org.sotdl4j.zoo.VisionTransformer;

class CheckpointTest {

  private static final Setup SETUP = Setup.of(64, 3, 10);
  private static final InputSpec INPUT = InputSpec.imageNet(64, 1);

  private static final Model DEIT =
      new VisionTransformer(SETUP, 16, 48, 3, 3, 4, true, 1e-6, false, INPUT);

  private static final Model SOT =
      new SoT(
          SETUP,
          48,
          2,
          4,
          2.5,
          false,
          new DenseNetTokens(64, false),
          new Classifier(48, new MultiHeadPooling(48, 3, 6, false, SvPn.standard(6), 0)),
          INPUT);

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("model.safetensors");
  }

  @Test
  void savesAndLoadsEverything() throws IOException {
    Parameters saved = state(SOT, 1);
    INDArray counter = saved.get("visual_tokens.tokens.stage.1.norm.num_batches_tracked");
    counter.assign(12345678901L);
    SequencedMap<String, INDArray> extra =
        new LinkedHashMap<>(Map.of("optimizer.exp_avg.cls_token", Nd4j.rand(1, 1, 48)));
    Checkpoint.save(path, saved, extra, Map.of("model", "sot_mini", "format", "pt"));

    Parameters loaded = state(SOT, 2);
    INDArray shared = loaded.get("cls_token");
    assertThat(shared).isNotEqualTo(saved.get("cls_token"));
    Checkpoint.load(path, loaded);

    assertThat(loaded.get("cls_token")).isSameAs(shared);
    assertThat(saved).allSatisfy(p -> assertThat(loaded.get(p.name())).isEqualTo(p.array()));
    try (TensorFile file = TensorFile.open(path)) {
      assertThat(file.metadata()).isEqualTo(Map.of("model", "sot_mini", "format", "pt"));
      assertThat(file.read("optimizer.exp_avg.cls_token")).isEqualTo(extra.firstEntry().getValue());
    }
  }

  @Test
  void loadsDeitFromPyTorch() throws IOException {
    logits(DEIT, "DeiT_mini", "checkpoint.safetensors", 1e-5);
    // bfloat16 keeps 8 bits of each weight.
    logits(DEIT, "DeiT_mini", "checkpoint_bf16.safetensors", 2e-2);
  }

  @Test
  void loadsSotFromPyTorch() throws IOException {
    logits(SOT, "SoT_mini64", "checkpoint.safetensors", 1e-5);
  }

  private static void logits(Model model, String name, String file, double tolerance)
      throws IOException {
    Path golden = Golden.path("models/" + name);
    Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.uninitialized());
    ModelGraph graph = ModelGraph.of(model, parameters, Phase.EVAL);
    Checkpoint.load(golden.resolve("checkpoints").resolve(file), parameters);
    INDArray expected = Nd4j.createFromNpyFile(golden.resolve("logits.npy").toFile());
    try (Program program =
        Engine.COMPILED.inference(graph.graph().sameDiff(), List.of(graph.logits().name()))) {
      INDArray logits =
          program
              .run(Map.of(ModelGraph.IMAGE, Golden.values("input", 0, 1.5, 2, 3, 64, 64)))
              .get(graph.logits().name());
      assertThat(logits.shape()).isEqualTo(expected.shape());
      assertThat(logits.distance2(expected) / expected.norm2Number().doubleValue())
          .isLessThan(tolerance);
    }
  }

  @Test
  void setsMissingCountersToZero() throws IOException {
    Parameters saved = state(SOT, 1);
    SequencedMap<String, INDArray> tensors = tensors(saved);
    assertThat(tensors.keySet().removeIf(name -> name.endsWith(".num_batches_tracked"))).isTrue();
    Safetensors.write(path, tensors, Map.of());
    Parameters loaded = state(SOT, 2);
    String counter = "visual_tokens.tokens.stage.3.norm.num_batches_tracked";
    loaded.get(counter).assign(5);

    Checkpoint.load(path, loaded);

    assertThat(loaded.get(counter).getLong(0)).isZero();
    assertThat(loaded.get("cls_token")).isEqualTo(saved.get("cls_token"));
  }

  @Test
  void listsWhatDoesNotFitAndLoadsNothing() throws IOException {
    SequencedMap<String, INDArray> tensors = tensors(state(SOT, 1));
    tensors.remove("pos_embed");
    tensors.put("mask", Nd4j.zeros(DataType.FLOAT, 3));
    tensors.put("classifier.cls_fc.bias", Nd4j.zeros(DataType.FLOAT, 1000));
    tensors.put("norm.bias", Nd4j.zeros(DataType.INT32, 48));
    Safetensors.write(path, tensors, Map.of());
    Parameters target = state(SOT, 2);

    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.load(path, target))
        .withMessage(
            """
            %s does not fit (missing: 1 of 90 tensors, different: 2, unexpected: 1); build the model with the settings it was saved with (--num-classes, --img-size).
              missing: pos_embed
              different: norm.bias is INT [48] in the file and FLOAT [48] in the model
              different: classifier.cls_fc.bias is FLOAT [1000] in the file and FLOAT [10] in the model
              unexpected: mask\
            """,
            path);
    Parameters untouched = state(SOT, 2);
    assertThat(target).allSatisfy(p -> assertThat(p.array()).isEqualTo(untouched.get(p.name())));
  }

  @Test
  void namesTheModelOfTheFileAndListsAll() throws IOException {
    Parameters deit = state(DEIT, 1);
    Parameters sot = state(SOT, 2);
    Checkpoint.save(path, deit, new LinkedHashMap<>(), Map.of("model", "deit_mini"));
    List<String> missing =
        sot.stream()
            .map(Parameter::name)
            .filter(name -> !deit.contains(name) && !name.endsWith(".num_batches_tracked"))
            .map(name -> "  missing: " + name)
            .toList();
    assertThat(missing).hasSizeGreaterThan(20);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.load(path, sot))
        .withMessageStartingWith(
            path
                + ", a checkpoint of deit_mini, does not fit (missing: %d of 90 tensors"
                    .formatted(missing.size()))
        .satisfies(e -> assertThat(e.getMessage().lines()).containsAll(missing));
  }

  @Test
  void keepsOptimizerAndModelApart() {
    SequencedMap<String, INDArray> extra = new LinkedHashMap<>(Map.of("cls_token", Nd4j.zeros(3)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checkpoint.save(path, state(DEIT, 1), extra, Map.of()))
        .withMessage("The name cls_token must begin with optimizer. or ema.");
  }

  private static Parameters state(Model model, long seed) {
    Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(seed));
    var _ = ModelGraph.of(model, parameters, Phase.EVAL);
    return parameters;
  }

  private static SequencedMap<String, INDArray> tensors(Parameters parameters) {
    SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
    parameters.forEach(p -> tensors.put(p.name(), p.array()));
    return tensors;
  }
}
