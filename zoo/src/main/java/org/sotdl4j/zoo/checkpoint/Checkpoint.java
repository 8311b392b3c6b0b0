package org.sotdl4j.zoo.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.layers.Parameter;
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

  /** PyTorch's count of batches, which no evaluation needs and some exporters leave out. */
  private static final String COUNTER = "num_batches_tracked";

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
   * Copies a saved state into a model's parameters and buffers, in place, so that all graphs on
   * them see it. Either all is loaded or nothing. A missing {@code num_batches_tracked} becomes 0.
   *
   * @throws CheckpointException if the file cannot be read or does not fit: the first line says so
   *     in one sentence, further lines name the tensors
   */
  public static void load(Path path, Parameters target) {
    try (TensorFile file = TensorFile.open(path)) {
      check(path, file, target);
      for (Parameter parameter : target) {
        if (file.contains(parameter.name())) {
          file.readInto(parameter.name(), parameter.array());
        } else {
          parameter.array().assign(0);
        }
      }
    }
  }

  /**
   * The texts that were saved with a state.
   *
   * @throws CheckpointException if the file cannot be read
   */
  public static Map<String, String> metadata(Path path) {
    try (TensorFile file = TensorFile.open(path)) {
      return file.metadata();
    }
  }

  private static void check(Path path, TensorFile file, Parameters target) {
    List<String> missing = new ArrayList<>();
    List<String> unfit = new ArrayList<>();
    for (Parameter parameter : target) {
      String name = parameter.name();
      if (file.contains(name)) {
        if (!file.fits(name, parameter.array())) {
          unfit.add(file.misfit(name, parameter.array()));
        }
      } else if (!name.endsWith("." + COUNTER)) {
        missing.add(name);
      }
    }
    List<String> unexpected =
        file.names().stream()
            .filter(name -> !target.contains(name) && !name.startsWith(OPTIMIZER))
            .toList();
    if (missing.isEmpty() && unfit.isEmpty() && unexpected.isEmpty()) {
      return;
    }
    long size = target.stream().count();
    String model = file.metadata().get(MODEL);
    throw new CheckpointException(
        ("%s%s does not fit (missing: %d of %d tensors, different: %d, unexpected: %d);"
                    + " build the model with the settings it was saved with.")
                .formatted(
                    path,
                    model == null ? "" : ", a checkpoint of %s,".formatted(model),
                    missing.size(),
                    size,
                    unfit.size(),
                    unexpected.size())
            + list("missing", missing)
            + list("different", unfit)
            + list("unexpected", unexpected));
  }

  private static String list(String title, List<String> names) {
    StringBuilder lines = new StringBuilder();
    names.forEach(name -> lines.append("\n  ").append(title).append(": ").append(name));
    return lines.toString();
  }
}
