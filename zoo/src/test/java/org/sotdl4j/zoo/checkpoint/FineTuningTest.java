package org.sotdl4j.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.PositionResizing;
import org.sotdl4j.zoo.Zoo;

class FineTuningTest {

  private static final Model NANO = Zoo.get("vit_nano").model();
  private static final Model OTHER = NANO.with(NANO.setup().withImageSize(16)).resetClassifier(3);

  @TempDir Path folder;

  @Test
  void resizesPositionsAndKeepsTheNewClassifier() throws IOException {
    Parameters saved = state(NANO, 1);
    Parameters target = state(OTHER, 2);
    Parameters before = state(OTHER, 2);
    List<String> notes = load(saved, _ -> {}, OTHER, target);

    assertThat(notes)
        .containsExactly(
            "pos_embed: resized to [1, 17, 96], the checkpoint has [1, 50, 96]",
            "head.weight: new [3, 96], the checkpoint has [10, 96]",
            "head.bias: new [3], the checkpoint has [10]");
    assertThat(target.get("head.weight")).isEqualTo(before.get("head.weight"));
    assertThat(target.get("pos_embed"))
        .isEqualTo(PositionResizing.resize("pos_embed", saved.get("pos_embed"), 1, 17, 96));
    assertThat(target.get("blocks.1.attn.qkv.weight"))
        .isEqualTo(saved.get("blocks.1.attn.qkv.weight"));
  }

  @Test
  void takesAClassifierThatIsMissingAnew() throws IOException {
    Parameters target = state(NANO, 2);
    assertThat(load(state(NANO, 1), t -> t.remove("head.bias"), NANO, target))
        .containsExactly("head.bias: new [10], the checkpoint has none");
  }

  @Test
  void leavesTheDistillationTokenAndHeadAsTheyBegan() throws IOException {
    Model distilled = Zoo.get("deit_nano_distilled").model();
    Parameters saved = state(NANO, 1);
    Parameters target = state(distilled, 2);
    Parameters before = state(distilled, 2);

    assertThat(load(saved, _ -> {}, distilled, target))
        .containsExactly(
            "dist_token: new [1, 1, 96], the checkpoint has none",
            "head_dist.weight: new [10, 96], the checkpoint has none",
            "head_dist.bias: new [10], the checkpoint has none",
            "pos_embed: resized to [1, 51, 96], the checkpoint has [1, 50, 96]");
    for (String name : List.of("dist_token", "head_dist.weight")) {
      assertThat(target.get(name)).isEqualTo(before.get(name));
    }
    assertThat(target.get("head.weight")).isEqualTo(saved.get("head.weight"));
    assertThat(rows(target, 0, 1)).isEqualTo(rows(saved, 0, 1));
    assertThat(rows(target, 1, 2)).isEqualTo(rows(before, 1, 2));
    assertThat(rows(target, 2, 51)).isEqualTo(rows(saved, 1, 50));
  }

  @Test
  void leavesOutTheDistillationTokenAndHead() throws IOException {
    Parameters saved = state(Zoo.get("deit_nano_distilled").model(), 1);
    Parameters target = state(NANO, 2);

    assertThat(load(saved, _ -> {}, NANO, target))
        .containsExactly(
            "dist_token: not used, the model has none",
            "head_dist.weight: not used, the model has none",
            "head_dist.bias: not used, the model has none",
            "pos_embed: resized to [1, 50, 96], the checkpoint has [1, 51, 96]");
    assertThat(rows(target, 0, 1)).isEqualTo(rows(saved, 0, 1));
    assertThat(rows(target, 1, 50)).isEqualTo(rows(saved, 2, 51));
  }

  /** PiT's class and distillation tokens are one tensor. */
  @Test
  void fitsPitsTokens() throws IOException {
    Model plain = Zoo.get("pit_nano").model();
    Model distilled = Zoo.get("pit_nano_distilled").model();
    Parameters saved = state(plain, 1);
    Parameters target = state(distilled, 2);
    assertThat(load(saved, _ -> {}, distilled, target))
        .hasSize(3)
        .last()
        .isEqualTo("cls_token: resized to [1, 2, 32], the checkpoint has [1, 1, 32]");
    assertThat(target.get("cls_token").getDouble(0, 0, 3))
        .isEqualTo(saved.get("cls_token").getDouble(0, 0, 3));
    assertThat(target.get("cls_token").getDouble(0, 1, 3))
        .isEqualTo(state(distilled, 2).get("cls_token").getDouble(0, 1, 3));

    assertThat(load(target, _ -> {}, plain, state(plain, 3)))
        .contains("cls_token: resized to [1, 1, 32], the checkpoint has [1, 2, 32]");
  }

  private static INDArray rows(Parameters state, int from, int to) {
    return state
        .get("pos_embed")
        .get(NDArrayIndex.all(), NDArrayIndex.interval(from, to), NDArrayIndex.all())
        .dup();
  }

  @Test
  void dropsTablesOfTheOldSize() throws IOException {
    Parameters target = state(NANO, 2);
    assertThat(load(state(NANO, 1), t -> t.put("a.attn_mask", Nd4j.zeros(3)), NANO, target))
        .isEmpty();
  }

  @Test
  void refusesTheRestAndLoadsNothing() {
    Parameters target = state(OTHER, 2);
    assertThatThrownBy(() ->
            load(
                state(NANO, 1),
                tensors -> {
                  tensors.remove("cls_token");
                  tensors.put("norm.bias", Nd4j.zeros(95));
                  tensors.put("pos_embed", Nd4j.zeros(1, 52, 96)); // no square grid
                  tensors.put("other_token", Nd4j.zeros(1, 1, 96));
                },
                OTHER,
                target))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(
            "(missing: 1 of 56 tensors, different: 2, unexpected: 1)",
            "missing: cls_token",
            "different: pos_embed is FLOAT [1, 52, 96] in the file and FLOAT [1, 17, 96]",
            "different: norm.bias is",
            "unexpected: other_token");
    Parameters before = state(OTHER, 2);
    assertThat(target).allSatisfy(p -> assertThat(p.array()).isEqualTo(before.get(p.name())));
  }

  private List<String> load(
      Parameters saved,
      Consumer<SequencedMap<String, INDArray>> change,
      Model model,
      Parameters target)
      throws IOException {
    SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
    saved.forEach(p -> tensors.put(p.name(), p.array()));
    change.accept(tensors);
    Path path = folder.resolve("saved.safetensors");
    Safetensors.write(path, tensors, Map.of());
    try (TensorFile file = TensorFile.open(path)) {
      return FineTuning.load(file, model, target);
    }
  }

  private static Parameters state(Model model, long seed) {
    Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(seed));
    var _ = ModelGraph.of(model, parameters, Phase.EVAL);
    return parameters;
  }
}
