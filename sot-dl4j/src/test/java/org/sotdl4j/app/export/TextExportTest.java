package org.sotdl4j.app.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.onnx.OnnxExport;
import org.sotdl4j.onnx.Precision;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.TextClassifier;
import org.sotdl4j.zoo.TextEncoder;
import org.sotdl4j.zoo.TextInput;
import org.sotdl4j.zoo.Zoo;

/** Text encoders with SoT's head in ONNX Runtime against their graphs. */
class TextExportTest {

  private static final OrtEnvironment ORT = OrtEnvironment.getEnvironment();
  private static final int LENGTH = 11;

  @ParameterizedTest
  @ValueSource(strings = "bert_tiny")
  void agrees(String name) throws IOException, OrtException {
    TextEncoder encoder = Zoo.get(name).encoder();
    int width = encoder.width();
    TextClassifier model =
        new TextClassifier(
            encoder,
            new Classifier(width, new MultiHeadPooling(width, 2, 7, false, SvPn.standard(7), 0)),
            encoder.classToken(),
            false,
            5,
            LENGTH);
    try (Parameters parameters = new Parameters(DataType.FLOAT, new Weights())) {
      SameDiff sd = ModelGraph.of(model, parameters, Phase.EVAL).graph().sameDiff();
      List<String> logits = List.of(ModelGraph.LOGITS);
      ByteArrayOutputStream onnx = new ByteArrayOutputStream();
      new OnnxExport(name, logits, Precision.AS_IN_GRAPH, Map.of()).of(sd).write(onnx);
      try (Program program = Engine.COMPILED.inference(sd, logits);
          OrtSession session = ORT.createSession(onnx.toByteArray())) {
        for (int batch : new int[] {1, 3}) {
          int[] segments = segments(batch, name.startsWith("roberta") ? 1 : 2);
          INDArray expected = program.run(arrays(batch, segments)).get(ModelGraph.LOGITS);
          assertThat(run(session, batch, segments).equalsWithEps(expected, 1e-4)).isTrue();
        }
      }
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"minilm_l6", "roberta_base", "openai_gpt"})
  void largerOnesAgree(String name) throws IOException, OrtException {
    agrees(name);
  }

  /** Text b has b words less than there is room for. */
  private static int[] mask(int batch) {
    int[] mask = new int[batch * LENGTH];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % LENGTH < LENGTH - i / LENGTH ? 1 : 0;
    }
    return mask;
  }

  private static int[] ids(int batch) {
    int[] ids = mask(batch);
    for (int i = 0; i < ids.length; i++) {
      ids[i] = ids[i] == 0 ? 1 : 5 + 37 * i % 1000; // 1 is RoBERTa's padding
    }
    return ids;
  }

  private static int[] segments(int batch, int count) {
    int[] segments = new int[batch * LENGTH];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = i % LENGTH > 4 ? count - 1 : 0;
    }
    return segments;
  }

  private static float[] floats(int[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  private static Map<String, INDArray> arrays(int batch, int[] segments) {
    return Map.of(
        TextInput.IDS, Nd4j.createFromArray(ids(batch)).reshape(batch, LENGTH),
        TextInput.MASK, Nd4j.createFromArray(floats(mask(batch))).reshape(batch, LENGTH),
        TextInput.SEGMENTS, Nd4j.createFromArray(segments).reshape(batch, LENGTH));
  }

  private static INDArray run(OrtSession session, int batch, int[] segmentIds) throws OrtException {
    long[] shape = {batch, LENGTH};
    try (OnnxTensor ids = OnnxTensor.createTensor(ORT, IntBuffer.wrap(ids(batch)), shape);
        OnnxTensor mask =
            OnnxTensor.createTensor(ORT, FloatBuffer.wrap(floats(mask(batch))), shape);
        OnnxTensor segments = OnnxTensor.createTensor(ORT, IntBuffer.wrap(segmentIds), shape)) {
      Map<String, OnnxTensor> inputs =
          new HashMap<>(
              Map.of(TextInput.IDS, ids, TextInput.MASK, mask, TextInput.SEGMENTS, segments));
      inputs.keySet().retainAll(session.getInputNames());
      try (OrtSession.Result result = session.run(inputs)) {
        return Nd4j.createFromArray((float[][]) result.get(0).getValue());
      }
    }
  }
}
