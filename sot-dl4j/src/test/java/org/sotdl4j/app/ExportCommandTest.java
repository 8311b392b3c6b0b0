package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.sotdl4j.app.export.Exported;
import org.sotdl4j.app.export.OnnxFile;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.onnx.OnnxModel;
import org.sotdl4j.onnx.Precision;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import org.sotdl4j.zoo.checkpoint.TensorFile;

class ExportCommandTest {

  @TempDir private Path folder;
  private Path checkpoint;

  /** Random weights of vit_nano that say what model they are of. */
  @BeforeEach
  void weights() throws IOException {
    checkpoint = folder.resolve("weights.safetensors");
    var model = Zoo.get("vit_nano").model();
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(3))) {
      var _ = ModelGraph.of(model, parameters, Phase.EVAL);
      Checkpoint.save(
          checkpoint, parameters, new LinkedHashMap<>(), SavedModel.metadata("vit_nano", model));
    }
  }

  private static CommandLineRun sot(String command) {
    return CommandLineRun.of(command.split(" "));
  }

  private String succeeds(String command) {
    CommandLineRun run = sot(command);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  private void fails(String command, int exitCode, String... parts) {
    CommandLineRun run = sot(command);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err()).contains(parts);
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(checkpoint));
  }

  @Test
  void onnx() throws OrtException {
    Path file = folder.resolve("m.onnx");
    assertThat(succeeds("export " + checkpoint + " --out " + file))
        .matches(file + ": vit_nano, [0-9]+ nodes, 1.2 MB of weights, float32\n");
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      assertThat(session.getInputNames()).containsExactly("image");
      assertThat(session.getOutputNames()).containsExactly("logits");
      assertThat(session.getMetadata().getProducerName()).isEqualTo("sot-dl4j");
      assertThat(session.getMetadata().getGraphName()).isEqualTo("vit_nano");
      assertThat(session.getMetadata().getCustomMetadata())
          .containsEntry("model", "vit_nano")
          .containsEntry("num_classes", "10")
          .containsEntry("img_size", "28")
          .containsEntry("mean", "[0.5, 0.5, 0.5]")
          .containsEntry("interpolation", "bicubic");
    }
  }

  @Test
  void onnxInHalfPrecision() throws IOException {
    Path file = folder.resolve("m.onnx");
    assertThat(succeeds("export " + checkpoint + " --out " + file + " --dtype float16"))
        .contains("float16");
    assertThat(Files.size(file)).isLessThan(700_000);
  }

  @Test
  void largeModelsHaveTheirTensorsInASecondFile() throws IOException, OrtException {
    Path file = folder.resolve("m.onnx");
    try (SavedModel saved = SavedModel.open(checkpoint)) {
      OnnxModel model = OnnxFile.model(Exported.of(saved), Precision.AS_IN_GRAPH);
      OnnxFile.write(file, model, model.size() - 1);
    }
    assertThat(Files.size(file)).isLessThan(200_000);
    assertThat(folder.resolve("m.onnx.data")).exists();
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      assertThat(session.getNumInputs()).isEqualTo(1);
    }
  }

  /** Nothing but SameDiff's own classes after the export. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sot_nano",
        "so_vit_nano",
        "vit_nano",
        "t2t_vit_nano",
        "pit_nano",
        "stvit_nano",
        "swin_nano"
      })
  void stockSameDiffRunsAndTrains(String name) {
    Path file = folder.resolve("m.fb");
    succeeds("export " + name + " --out " + file);
    SameDiff sd = SameDiff.load(file.toFile(), false);
    long size = sd.getVariable("image").getShape()[2];
    Nd4j.getRandom().setSeed(1);
    INDArray images = Nd4j.rand(DataType.FLOAT, 3, 3, size, size).subi(0.5);
    INDArray targets = Nd4j.eye(10).get(Nd4j.createFromArray(2, 3, 5));
    INDArray logits = sd.output(Map.of("image", images), "logits").get("logits");
    assertThat(logits.shape()).containsExactly(3, 10);
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(1e-3))
            .dataSetFeatureMapping("image")
            .dataSetLabelMapping("targets")
            .build());
    double before = loss(sd, images, targets);
    for (int step = 0; step < 3; step++) {
      sd.fit(new DataSet(images, targets));
    }
    assertThat(loss(sd, images, targets)).isLessThan(0.9 * before);
  }

  private static double loss(SameDiff sd, INDArray images, INDArray targets) {
    return sd.output(Map.of("image", images, "targets", targets), "loss").get("loss").getDouble(0);
  }

  @Test
  void aSameDiffFileComesBack() {
    Path file = folder.resolve("m.fb");
    Path back = folder.resolve("back.safetensors");
    succeeds("export " + checkpoint + " --out " + file);
    assertThat(succeeds("import " + file + " --model vit_nano --output " + back))
        .contains("from SameDiff");
    try (TensorFile before = TensorFile.open(checkpoint);
        TensorFile after = TensorFile.open(back)) {
      assertThat(after.names()).containsExactlyElementsOf(before.names());
      for (String tensor : before.names()) {
        assertThat(after.read(tensor)).isEqualTo(before.read(tensor));
      }
    }
  }

  @Test
  void safetensors() throws IOException {
    Path file = folder.resolve("copy.safetensors");
    assertThat(succeeds("export " + checkpoint + " --out " + file)).endsWith("56 tensors\n");
    assertThat(Files.readAllBytes(file)).isEqualTo(Files.readAllBytes(checkpoint));
  }

  @Test
  void wrongUsage() {
    String out = " --out " + folder.resolve("m.onnx");
    fails("export" + out, 2, "Give either SOURCE or --checkpoint.");
    fails("export " + checkpoint, 2, "--out");
    fails("export " + checkpoint + " --out " + folder.resolve("m.bin"), 2, "Name the --format");
    fails(
        "export " + checkpoint + " --out " + folder.resolve("no/m.onnx"), 2, "There is no folder");
    fails(
        "export " + checkpoint + " --dtype float16 --out " + folder.resolve("m.fb"),
        2,
        "--dtype is for --format onnx.");
    fails("export " + checkpoint + " --format safetensors --out " + checkpoint, 2, "would replace");
    fails("export vit_nan" + out, 2, "did you mean vit_nano");
    fails("export no/run" + out, 1, "no such file or folder: no/run");
  }
}
