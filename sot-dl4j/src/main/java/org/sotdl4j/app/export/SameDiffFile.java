package org.sotdl4j.app.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.nd4j.autodiff.samediff.SameDiff;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.checkpoint.AtomicFile;

/**
 * SameDiff's own files (FlatBuffers), which stock SameDiff loads, runs and trains on: the
 * placeholder {@code image}, or those of {@link org.sotdl4j.zoo.TextInput}, and the variable {@code
 * logits}; for training the placeholder {@code targets}, a row of probabilities (or a number) for
 * each, and the loss variable {@code loss}. The graph is that of evaluation: batch norms keep their
 * statistics, nothing is dropped.
 */
public final class SameDiffFile {

  /** FlatBuffers' builder doubles its memory, and refuses to from here on. */
  private static final long LIMIT = 1L << 30;

  private static final String LOSS = "loss";

  private SameDiffFile() {}

  /**
   * Writes a model, atomically.
   *
   * @throws IOException if the file cannot be written, or the model is too large for one: one
   *     sentence
   */
  public static void write(Path path, Exported exported) throws IOException {
    requireRoom(exported.name(), exported.parameters());
    ModelGraph graph = ModelGraph.of(exported.network(), exported.parameters(), Phase.EVAL);
    SameDiff sd = graph.graph().sameDiff();
    exported.loss().write(graph).rename(LOSS);
    sd.setLossVariables(LOSS);
    ByteBuffer bytes = sd.asFlatBuffers(false);
    AtomicFile.write(
        path,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /** Refuses a state that no file can hold, before memory is taken for it. */
  static void requireRoom(String name, Parameters parameters) throws IOException {
    long bytes =
        parameters.stream()
            .map(Parameter::array)
            .mapToLong(array -> array.length() * array.dataType().width())
            .sum();
    if (bytes >= LIMIT) {
      throw new IOException(
          "%s has %,d MiB of weights and a SameDiff file of this version holds less than %,d: export --format safetensors, and build the graph in Java with ModelGraph.of"
              .formatted(name, bytes >> 20, LIMIT >> 20));
    }
  }
}
