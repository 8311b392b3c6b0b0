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
 * state_dict}: what PyTorch saved loads here, and the reverse. An optimizer's state and a moving
 * average may lie beside it, under names with the prefixes {@value #OPTIMIZER} and {@value
 * #AVERAGE}.
 */
public final class Checkpoint {

  /** Begins the names of an optimizer's state. */
  public static final String OPTIMIZER = "optimizer.";

  /** Begins the names of the moving average of the model's state. */
  public static final String AVERAGE = "ema.";

  /** Key of the metadata that tells the model's name. */
  public static final String MODEL = "model";

  private Checkpoint() {}

  /**
   * Saves all parameters and buffers, atomically.
   *
   * @param extra what else to save, under names with the prefix {@value #OPTIMIZER} or {@value
   *     #AVERAGE}
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
      if (!isBeside(name)) {
        throw new IllegalArgumentException(
            "The name %s must begin with %s or %s".formatted(name, OPTIMIZER, AVERAGE));
      }
      tensors.put(name, array);
    });
    Map<String, String> texts = new LinkedHashMap<>(metadata);
    texts.put("format", "pt"); // Hugging Face's loaders refuse files without it
    Safetensors.write(path, tensors, texts);
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

  /** Whether a tensor lies beside the model's state. */
  static boolean isBeside(String name) {
    return name.startsWith(OPTIMIZER) || name.startsWith(AVERAGE);
  }
}
