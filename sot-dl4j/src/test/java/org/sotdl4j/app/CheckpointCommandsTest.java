package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.Safetensors;
import org.sotdl4j.zoo.checkpoint.TensorFile;

/** Checkpoints that no run of ours made: import, eval, predict, train. */
class CheckpointCommandsTest {

  @TempDir private Path folder;
  private Path bare;
  private Path picture;

  /** Random weights of vit_nano (28 pixels, 10 classes) under the names that DataParallel gives. */
  @BeforeEach
  void weights() throws IOException {
    bare = folder.resolve("weights.bin.safetensors");
    picture = TinyPictures.picture(folder.resolve("picture.png"), 1, 5);
    SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(3))) {
      var _ = ModelGraph.of(Zoo.get("vit_nano").model(), parameters, Phase.EVAL);
      parameters.forEach(p -> tensors.put("module." + p.name(), p.array().castTo(DataType.DOUBLE)));
      Safetensors.write(bare, tensors, Map.of());
    }
  }

  private static CommandLineRun sot(String command) {
    return CommandLineRun.of(command.split(" "));
  }

  private static CommandLineRun succeeds(String command) {
    CommandLineRun run = sot(command);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private static void fails(String command, int exitCode, String... parts) {
    CommandLineRun run = sot(command);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(parts);
  }

  @Test
  void importWritesOfficialNamesAndSaysWhatItDid() {
    CommandLineRun run = succeeds("import " + bare + " --model vit_nano");
    Path imported = folder.resolve("weights.safetensors");
    assertThat(run.out().lines())
        .containsExactly(
            imported + ": 56 tensors of vit_nano with 309,898 parameters, from safetensors",
            "  removed      module. before every name",
            "  converted    56 tensors from double to float");
    try (TensorFile before = TensorFile.open(bare);
        TensorFile after = TensorFile.open(imported)) {
      assertThat(after.names()).containsExactlyElementsOf(before.names());
      assertThat(after.metadata()).containsEntry("model", "vit_nano");
      for (String name : before.names()) {
        assertThat(after.read(name)).isEqualTo(before.read(name).castTo(DataType.FLOAT));
      }
    }
  }

  @Test
  void importWarnsOfBrokenWeights() throws IOException {
    assertThat(succeeds("import " + bare + " --model vit_nano").err()).isEmpty();
    SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
    try (TensorFile file = TensorFile.open(bare)) {
      file.names().forEach(name -> tensors.put(name, file.read(name)));
    }
    tensors.get("norm.weight").putScalar(7, Double.NaN);
    tensors.get("head.weight").putScalar(1, 2, Double.NEGATIVE_INFINITY);
    tensors.get("head.weight").putScalar(1, 3, 1e39); // more than a float holds
    Safetensors.write(bare, tensors, Map.of());
    assertThat(succeeds("import " + bare + " --model vit_nano").err().lines())
        .containsExactly(
            "Warning: 3 values in 2 tensors are NaN or infinite, the first of them in norm.weight.");
  }

  @Test
  void importNamesTheModelsThatFit() throws IOException {
    fails("import " + bare, 2, "Name the model with --model; the tensors suit vit_nano.");
    fails("import " + bare + " --model vit_nano --num-classes 0", 2, "must be 1 or more, not 0");
    fails("import " + bare + " --num-classes 5", 2, "need --model");
    fails(
        "import %s --model vit_nano -o %s".formatted(bare, bare), 2, bare + " would replace FILE");
    fails("import " + bare + " --model sot_nano", 1, bare + " does not fit (missing:", "missing: ");
    Path page = Files.writeString(folder.resolve("page.pth"), "<html>Too many requests</html>");
    fails("import " + page + " --model vit_nano", 1, "it looks like a web page");
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("weights.bin.safetensors", "picture.png", "page.pth");
  }

  /** The same answer from the checkpoint itself and from what import made of it. */
  @Test
  void predictTakesACheckpoint() throws IOException {
    Path names =
        Files.write(folder.resolve("names.txt"), List.of("a b c d e f g h i j".split(" ")));
    String options = " --topk 3 --checkpoint %s --model vit_nano ".formatted(bare);
    CommandLineRun numbered = succeeds("predict " + picture + options);
    assertThat(numbered.out().lines()).hasSize(4).last().asString().matches(".* class \\d");
    CommandLineRun named = succeeds("predict" + options + picture + " --class-map " + names);
    assertThat(named.out().lines()).last().asString().matches(".* %  [a-j]");

    succeeds("import " + bare + " --model vit_nano");
    Path imported = folder.resolve("weights.safetensors");
    assertThat(succeeds("predict %s %s --topk 3".formatted(imported, picture)).out())
        .isEqualTo(numbered.out());

    Files.write(names, List.of("a", "b"));
    fails(
        "predict --class-map %s --checkpoint %s %s".formatted(names, imported, picture),
        1,
        "names.txt names 2 classes, the checkpoint has 10");
    fails("predict " + bare + " " + picture, 1, "its tensors suit vit_nano; give one with");
    fails("predict --model vit_nano " + bare + " " + picture, 2, "--model says what --checkpoint");
  }

  @Test
  void evalTakesACheckpoint() throws IOException {
    Path data = TinyPictures.write(folder.resolve("data"), 3, 1, 2);
    Path three = folder.resolve("three.safetensors");
    fails(
        "eval --checkpoint %s --model vit_nano %s".formatted(bare, data), 1, "10 classes", "of 3");
    keepClasses(three, 3);
    String options = "eval --checkpoint %s --model vit_nano --num-classes 3 ".formatted(three);
    String result = succeeds(options + data).out();
    assertThat(result).startsWith("vit_nano: top-1").contains("on 6 pictures of data");
    assertThat(succeeds(options + data.resolve("val")).out())
        .isEqualTo(result.replace("of data", "of val"));
    fails(options + data + " --data " + data, 2, "the pictures are the argument");
    fails(
        "eval --checkpoint %s --model vit_nano %s".formatted(three, data),
        1,
        "different: head.weight is DOUBLE [3, 96] in the file and FLOAT [10, 96] in the model");
  }

  /** The same weights for the first classes only. */
  private void keepClasses(Path target, int classes) throws IOException {
    SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
    try (TensorFile file = TensorFile.open(bare)) {
      for (String name : file.names()) {
        INDArray array = file.read(name);
        tensors.put(
            name, name.startsWith("head.") ? array.get(NDArrayIndex.interval(0, classes)) : array);
      }
    }
    Safetensors.write(target, tensors, Map.of());
  }

  @Test
  void fineTuningFitsSizeAndClasses() throws IOException {
    Path data = TinyPictures.write(folder.resolve("data"), 2, 4, 2);
    Path run = folder.resolve("run");
    String command =
        "train %s --model vit_nano --img-size 16 --batch-size 4 --epochs 1 --output %s"
                .formatted(data, run)
            + " --opt sgd --lr 1e-30 --min-lr 0 --checkpoint "
            + bare;
    fails(
        command,
        1,
        "different: pos_embed is DOUBLE [1, 50, 96] in the file and FLOAT [1, 17, 96] in the model",
        "different: head.bias is DOUBLE [10] in the file and FLOAT [2] in the model",
        "--finetune");
    assertThat(run).doesNotExist();

    CommandLineRun result = succeeds(command + " --finetune");
    assertThat(result.err())
        .contains(
            "Fine-tuning: pos_embed: resized to [1, 17, 96], the checkpoint has [1, 50, 96]",
            "Fine-tuning: head.weight: new [2, 96], the checkpoint has [10, 96]",
            "Fine-tuning: head.bias: new [2], the checkpoint has [10]");
    try (TensorFile before = TensorFile.open(bare);
        TensorFile after = TensorFile.open(run.resolve("best.safetensors"))) {
      assertThat(after.read("norm.weight"))
          .isEqualTo(before.read("norm.weight").castTo(DataType.FLOAT));
      assertThat(after.shape("head.weight")).containsExactly(2, 96);
    }
    fails("train --finetune " + data, 2, "--finetune needs a --checkpoint");
  }
}
