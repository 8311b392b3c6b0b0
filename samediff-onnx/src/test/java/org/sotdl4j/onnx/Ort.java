package org.sotdl4j.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runs ONNX models of one input and one output with ONNX Runtime. */
final class Ort {

  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private Ort() {}

  static byte[] bytes(OnnxModel model) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      model.write(out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  static INDArray run(OnnxModel model, INDArray x) {
    try (OrtSession session = ENVIRONMENT.createSession(bytes(model))) {
      return run(session, x);
    } catch (OrtException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  static INDArray run(Path file, INDArray x) {
    try (OrtSession session = ENVIRONMENT.createSession(file.toString())) {
      return run(session, x);
    } catch (OrtException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static INDArray run(OrtSession session, INDArray x) throws OrtException {
    String input = session.getInputNames().iterator().next();
    FloatBuffer values = FloatBuffer.wrap(x.dup('c').data().asFloat());
    try (OnnxTensor tensor = OnnxTensor.createTensor(ENVIRONMENT, values, x.shape());
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      OnnxTensor y = (OnnxTensor) result.get(0);
      float[] got = new float[y.getFloatBuffer().remaining()];
      y.getFloatBuffer().get(got);
      return Nd4j.createFromArray(got).reshape(y.getInfo().getShape());
    }
  }
}
