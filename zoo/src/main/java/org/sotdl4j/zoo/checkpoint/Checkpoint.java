package org.sotdl4j.zoo.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.layers.Parameters;

/**
 * A model's state in a {@link Safetensors} file, under the names of the official {@code
 * state_dict}: what PyTorch saved loads here, and the reverse. An optimizer's state may lie beside
 * it, under names with the prefix {@value #OPTIMIZER}.
 */
public final class Checkpoint {

  /** Begins the name of what is not part of the model. */
  public static final String OPTIMIZER = "optimizer.";

  /** Key of the metadata that tells the model's name. */
  public static final String MODEL = "model";

  private Checkpoint() {}

  /**
   * Saves all parameters and buffers, atomically.
   *
   * @param extra what else to save, under names with the prefix {@value #OPTIMIZER}
   * @param metadata free texts; {@value #MODEL} should be there
   * @throws IOException if the file cannot be written: one sentence; an older file is as it was
   * @throws IllegalArgumentException if an extra name lacks the prefix
   */
  public static void save(
      Path path,
      Parameters parameters,
      SequencedMap<String, INDArray> extra,
      Map<String, String> metadata)
      throws IOException {
    SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
    parameters.forEach(p -> tensors.put(p.name(), p.array()));
    extra.forEach((name, array) -> {
      if (!name.startsWith(OPTIMIZER)) {
        throw new IllegalArgumentException(
            "The name %s must begin with %s".formatted(name, OPTIMIZER));
      }
      tensors.put(name, array);
    });
    Safetensors.write(path, tensors, metadata);
  }

  /**
   * Copies a saved state, in any format that {@link TensorFile} reads, into a model's parameters
   * and buffers, in place, so that all graphs on them see it. Either all is loaded or nothing. A
   * missing {@code num_batches_tracked} becomes 0; tables that follow from the model's sizes may be
   * missing too and stay as they are.
   *
   * @throws CheckpointException if the file cannot be read or does not fit: the first line says so
   *     in one sentence, further lines name the tensors
   */
  public static void load(Path path, Parameters target) {
    try (TensorFile file = TensorFile.open(path)) {
      load(file, target);
    }
  }

  /**
   * Copies an open file's tensors, as {@link #load(Path, Parameters)} does.
   *
   * @throws CheckpointException if they do not fit
   */
  public static void load(TensorFile file, Parameters target) {
    Comparison comparison = new Comparison(file, target);
    comparison.require();
    comparison.copy();
  }
}
