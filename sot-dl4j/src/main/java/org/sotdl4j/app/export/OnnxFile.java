package org.sotdl4j.app.export;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.onnx.OnnxExport;
import org.sotdl4j.onnx.OnnxModel;
import org.sotdl4j.onnx.Precision;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.checkpoint.AtomicFile;

/**
 * ONNX files: the input {@code image} [batch, channels, size, size], prepared as the metadata says,
 * or those of {@link org.sotdl4j.zoo.TextInput}, and the output {@code logits} [batch, K].
 */
public final class OnnxFile {

  private OnnxFile() {}

  /** A trained model as an ONNX model, which shares the weights' memory. */
  public static OnnxModel model(Exported exported, Precision precision) {
    ModelGraph graph = ModelGraph.of(exported.network(), exported.parameters(), Phase.EVAL);
    return new OnnxExport(
            exported.name(), List.of(ModelGraph.LOGITS), precision, exported.description())
        .of(graph.graph().sameDiff());
  }

  /**
   * Writes a model, atomically; one whose tensors have more bytes than a limit as two files, of
   * which the one with the tensors has the other's name and {@code .data} after it.
   *
   * @throws IOException if a file cannot be written: one sentence
   */
  public static void write(Path path, OnnxModel model, long limit) throws IOException {
    if (model.size() <= limit) {
      AtomicFile.write(path, channel -> model.write(Channels.newOutputStream(channel)));
      return;
    }
    Path data = path.resolveSibling(path.getFileName() + ".data");
    AtomicFile.write(data, model::writeData);
    AtomicFile.write(
        path,
        channel -> model.write(Channels.newOutputStream(channel), data.getFileName().toString()));
  }
}
