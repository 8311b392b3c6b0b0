package org.sotdl4j.app;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.export.Exported;
import org.sotdl4j.app.export.OnnxFile;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.engine.StepTime;
import org.sotdl4j.onnx.OnnxModel;
import org.sotdl4j.onnx.Precision;
import org.sotdl4j.zoo.ModelGraph;

/** A forward pass by ONNX Runtime, of the file that {@code sot export} writes. */
final class OrtPass implements BenchCommand.Pass {

  private final OrtSession.SessionOptions options;
  private final OrtSession session;
  private final OnnxTensor images;

  private OrtPass(OrtSession.SessionOptions options, OrtSession session, OnnxTensor images) {
    this.options = options;
    this.session = session;
    this.images = images;
  }

  static OrtPass of(SavedModel model, INDArray images) throws IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Path file = Files.createTempFile("sot", ".onnx");
    try {
      OnnxFile.write(
          file, OnnxFile.model(Exported.of(model), Precision.AS_IN_GRAPH), OnnxModel.LIMIT);
      var options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
      // Its threads otherwise spin after each pass and steal the cores from the other peers.
      options.addConfigEntry("session.force_spinning_stop", "1");
      return new OrtPass(
          options,
          environment.createSession(file.toString(), options),
          OnnxTensor.createTensor(
              environment, FloatBuffer.wrap(images.data().asFloat()), images.shape()));
    } catch (OrtException e) {
      throw new IOException("ONNX Runtime cannot load the model: " + e.getMessage(), e);
    } finally {
      Files.delete(file);
    }
  }

  @Override
  public void run() {
    try (var _ = session.run(Map.of(ModelGraph.IMAGE, images))) {
      // The outputs are not needed.
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public List<StepTime> profile() {
    return List.of();
  }

  @Override
  public void close() {
    try (options;
        session) {
      images.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
