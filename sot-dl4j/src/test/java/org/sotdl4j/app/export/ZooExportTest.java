package org.sotdl4j.app.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.onnx.OnnxModel;
import org.sotdl4j.onnx.Precision;
import org.sotdl4j.zoo.Macs;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.Zoo;

/** Every model as an ONNX file in ONNX Runtime and as SameDiff's own file, against its graph. */
class ZooExportTest {

  private static final OrtEnvironment ORT = OrtEnvironment.getEnvironment();
  private static final long FEW_MACS = 3_000_000_000L;

  @TempDir private Path folder;

  private static Stream<String> where(boolean nano, boolean few) {
    return Zoo.list("*").stream()
        .filter(entry -> entry.architecture() instanceof Model)
        .filter(entry -> entry.name().contains("_nano") == nano)
        .filter(entry -> nano || Macs.of(entry.model()).total() < FEW_MACS == few)
        .map(ModelEntry::name);
  }

  static Stream<String> nanos() {
    return where(true, true);
  }

  static Stream<String> small() {
    return where(false, true);
  }

  static Stream<String> large() {
    return where(false, false);
  }

  @ParameterizedTest
  @MethodSource("nanos")
  void nanosAgree(String name) throws IOException, OrtException {
    agrees(name);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("small")
  void smallModelsAgree(String name) throws IOException, OrtException {
    agrees(name);
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("large")
  void largeModelsAgree(String name) throws IOException, OrtException {
    agrees(name);
  }

  private void agrees(String name) throws IOException, OrtException {
    try (SavedModel saved = model(name)) {
      Path onnx = folder.resolve("model.onnx");
      Path flat = folder.resolve("model.fb");
      OnnxFile.write(
          onnx, OnnxFile.model(Exported.of(saved), Precision.AS_IN_GRAPH), OnnxModel.LIMIT);
      SameDiffFile.write(flat, Exported.of(saved));
      SameDiff loaded = SameDiff.load(flat.toFile(), false);
      SameDiff graph =
          ModelGraph.of(saved.model(), saved.parameters(), Phase.EVAL).graph().sameDiff();
      List<String> logits = List.of(ModelGraph.LOGITS);
      try (Program original = Engine.COMPILED.inference(graph, logits);
          Program ofFile = Engine.COMPILED.inference(loaded, logits);
          OrtSession session = ORT.createSession(onnx.toString())) {
        for (int batch : new int[] {1, 3}) {
          INDArray images = images(saved.model(), batch);
          INDArray expected = logits(original, images);
          assertClose(run(session, images), expected, 1e-4);
          assertClose(logits(ofFile, images), expected, 1e-6);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("nanos")
  void halfPrecisionIsNear(String name) throws IOException, OrtException {
    try (SavedModel saved = model(name)) {
      Path full = folder.resolve("full.onnx");
      Path half = folder.resolve("half.onnx");
      OnnxFile.write(
          full, OnnxFile.model(Exported.of(saved), Precision.AS_IN_GRAPH), OnnxModel.LIMIT);
      OnnxFile.write(half, OnnxFile.model(Exported.of(saved), Precision.FLOAT16), OnnxModel.LIMIT);
      assertThat(size(half)).isLessThan(size(full) * 6 / 10);
      INDArray images = images(saved.model(), 3);
      try (OrtSession exact = ORT.createSession(full.toString());
          OrtSession rounded = ORT.createSession(half.toString())) {
        assertClose(run(rounded, images), run(exact, images), 0.05);
      }
    }
  }

  private static long size(Path path) {
    return path.toFile().length();
  }

  private static SavedModel model(String name) {
    Model model = Zoo.get(name).model();
    Parameters parameters = new Parameters(DataType.FLOAT, new Weights());
    var _ = ModelGraph.of(model, parameters, Phase.EVAL);
    return new SavedModel(
        Path.of(name), name, model, parameters, Optional.empty(), Optional.empty());
  }

  private static INDArray images(Model model, int batch) {
    Setup setup = model.setup();
    Nd4j.getRandom().setSeed(1);
    return Nd4j.rand(DataType.FLOAT, batch, setup.channels(), setup.imageSize(), setup.imageSize())
        .muli(3)
        .subi(1.5);
  }

  private static INDArray logits(Program program, INDArray images) {
    return program.run(Map.of(ModelGraph.IMAGE, images)).get(ModelGraph.LOGITS).dup();
  }

  private static INDArray run(OrtSession session, INDArray images) throws OrtException {
    FloatBuffer values = FloatBuffer.wrap(images.data().asFloat());
    try (OnnxTensor tensor = OnnxTensor.createTensor(ORT, values, images.shape());
        OrtSession.Result result = session.run(Map.of(ModelGraph.IMAGE, tensor))) {
      return Nd4j.createFromArray(
          (float[][]) result.get(ModelGraph.LOGITS).orElseThrow().getValue());
    }
  }

  /** Absolutely, or in units of the largest logit where that is above 1. */
  private static void assertClose(INDArray got, INDArray expected, double tolerance) {
    assertThat(got.shape()).isEqualTo(expected.shape());
    double unit = Math.max(1, expected.amaxNumber().doubleValue());
    assertThat(got.sub(expected).amaxNumber().doubleValue()).isLessThan(tolerance * unit);
  }
}
