package org.sotdl4j.zoo.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.PositionResizing;

/** Starts a model from weights of another picture size or for other classes. */
public final class FineTuning {

  private FineTuning() {}

  /**
   * Copies what fits, as {@link Checkpoint#load} does. Positions of another size are resized, what
   * the classifier has in another shape or not at all stays as it is in the target, and so do
   * tables that follow from the model's sizes. Either all is done or nothing.
   *
   * @param target the model's state with its initial values
   * @return what was done beyond copying, a line each
   * @throws CheckpointException if more than that does not fit: one sentence, then a line a tensor
   */
  public static List<String> load(TensorFile file, Model model, Parameters target) {
    Comparison comparison = new Comparison(file, target);
    List<String> notes = new ArrayList<>();
    Map<Parameter, INDArray> resized = new LinkedHashMap<>();
    comparison.unexpected().removeIf(Comparison::isDerived);
    comparison
        .missing()
        .removeIf(parameter -> {
          boolean fresh = model.isInClassifier(parameter.name());
          if (fresh) {
            notes.add(
                "%s: new %s, the checkpoint has none"
                    .formatted(parameter.name(), Arrays.toString(parameter.array().shape())));
          }
          return fresh;
        });
    comparison
        .different()
        .removeIf(parameter -> {
          String name = parameter.name();
          String shapes =
              "%s, the checkpoint has %s"
                  .formatted(
                      Arrays.toString(parameter.array().shape()),
                      Arrays.toString(file.shape(name)));
          if (model.isInClassifier(name)) {
            notes.add("%s: new %s".formatted(name, shapes));
            return true;
          }
          if (Comparison.isDerived(name)) {
            notes.add("%s: computed %s".formatted(name, shapes));
            return true;
          }
          INDArray values = resized(file, parameter);
          if (values == null) {
            return false;
          }
          resized.put(parameter, values);
          notes.add("%s: resized to %s".formatted(name, shapes));
          return true;
        });
    comparison.require();
    comparison.copy();
    resized.forEach((parameter, values) -> parameter.array().assign(values));
    return notes;
  }

  /** The values for another size, or null where the tensor holds no positions. */
  private static INDArray resized(TensorFile file, Parameter parameter) {
    String last = Comparison.lastPart(parameter.name());
    if (!last.contains("pos") || !file.dataType(parameter.name()).isFPType()) {
      return null; // such as pos_embed, relative_position_bias_table
    }
    try {
      INDArray saved = file.read(parameter.name());
      return PositionResizing.resize(parameter.name(), saved, parameter.array().shape());
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
