package org.sotdl4j.app.export;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.onnx.OnnxExport;
import org.sotdl4j.onnx.OnnxModel;
import org.sotdl4j.onnx.Precision;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.checkpoint.AtomicFile;
import tools.jackson.databind.json.JsonMapper;

/**
 * ONNX files: the input {@code image} [batch, channels, size, size], prepared as the metadata says,
 * and the output {@code logits} [batch, K].
 */
public final class OnnxFile {

  private OnnxFile() {}

  /** A trained model as an ONNX model, which shares the weights' memory. */
  public static OnnxModel model(SavedModel saved, Precision precision) {
    ModelGraph graph = ModelGraph.of(saved.model(), saved.parameters(), Phase.EVAL);
    return new OnnxExport(saved.name(), List.of(ModelGraph.LOGITS), precision, metadata(saved))
        .of(graph.graph().sameDiff());
  }

  /** What the file says about the model. */
  private static Map<String, String> metadata(SavedModel saved) {
    Map<String, String> texts =
        new LinkedHashMap<>(SavedModel.metadata(saved.name(), saved.model()));
    InputSpec input = saved.input();
    texts.put("mean", input.mean().toString());
    texts.put("std", input.std().toString());
    texts.put("crop_pct", String.valueOf(input.cropPct()));
    texts.put("interpolation", input.interpolation());
    saved
        .classNames()
        .ifPresent(
            names -> texts.put("class_names", JsonMapper.shared().writeValueAsString(names)));
    return texts;
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
