package org.sotdl4j.zoo.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.zoo.Network;
import org.sotdl4j.zoo.PositionResizing;

/**
 * Starts a model from weights of another picture size, for other classes, or with or without the
 * distillation token and head of DeiT and PiT.
 */
public final class FineTuning {

  private static final String CLASS_TOKEN = "cls_token";

  private FineTuning() {}

  /**
   * Copies what fits, as {@link Checkpoint#load} does. Positions of another size are resized, what
   * the classifier has in another shape or not at all stays as it is in the target, and so do
   * tables that follow from the model's sizes. Of distillation, what only the target has stays as
   * it is, and what only the file has is not used. Either all is done or nothing.
   *
   * @param target the model's state with its initial values
   * @return what was done beyond copying, a line each
   * @throws CheckpointException if more than that does not fit: one sentence, then a line a tensor
   */
  public static List<String> load(TensorFile file, Network model, Parameters target) {
    Comparison comparison = new Comparison(file, target);
    Notes notes = new Notes();
    Map<Parameter, INDArray> fitted = new LinkedHashMap<>();
    comparison.unexpected().removeIf(Comparison::isDerived);
    comparison
        .unexpected()
        .removeIf(name -> {
          boolean unused = DistillationToken.owns(name);
          if (unused) {
            notes.add(name, name, "not used, the model has none");
          }
          return unused;
        });
    comparison
        .missing()
        .removeIf(parameter -> {
          String name = parameter.name();
          boolean fresh = model.isInClassifier(name) || DistillationToken.owns(name);
          if (fresh) {
            notes.add(name, name, "new %s, the checkpoint has none".formatted(shape(parameter)));
          }
          return fresh;
        });
    comparison
        .different()
        .removeIf(parameter -> {
          String name = parameter.name();
          String shapes =
              "%s, the checkpoint has %s"
                  .formatted(shape(parameter), Arrays.toString(file.shape(name)));
          if (model.isInClassifier(name)) {
            notes.add(name, name, "new " + shapes);
          } else if (Comparison.isDerived(name)) {
            notes.add(name, Comparison.lastPart(name), "computed for " + shapes);
          } else {
            INDArray values = fitted(file, parameter, target);
            if (values == null) {
              return false;
            }
            fitted.put(parameter, values);
            notes.add(name, Comparison.lastPart(name), "resized to " + shapes);
          }
          return true;
        });
    comparison.require();
    comparison.copy();
    fitted.forEach((parameter, values) -> parameter.array().assign(values));
    return notes.lines();
  }

  /** What was done. The same with the same tensor of several blocks is one line. */
  private static final class Notes {

    private record Note(String tensor, String text) {}

    private final Map<Note, List<String>> names = new LinkedHashMap<>();

    void add(String name, String tensor, String text) {
      names.computeIfAbsent(new Note(tensor, text), _ -> new ArrayList<>()).add(name);
    }

    List<String> lines() {
      List<String> lines = new ArrayList<>();
      names.forEach((note, of) -> {
        String others = of.size() == 1 ? "" : " and %d alike".formatted(of.size() - 1);
        lines.add("%s%s: %s".formatted(of.getFirst(), others, note.text));
      });
      return lines;
    }
  }

  private static String shape(Parameter parameter) {
    return Arrays.toString(parameter.array().shape());
  }

  /** The values for another size or number of tokens, or null where they cannot be fitted. */
  private static INDArray fitted(TensorFile file, Parameter parameter, Parameters target) {
    String name = parameter.name();
    INDArray initial = parameter.array();
    boolean areTokens = name.equals(CLASS_TOKEN);
    // pos_embed, absolute_pos_embed, relative_position_bias_table
    boolean arePositions = Comparison.lastPart(name).contains("pos");
    if (!(areTokens || arePositions) || !file.dataType(name).isFPType()) {
      return null;
    }
    try {
      INDArray saved = file.read(name);
      return areTokens
          ? DistillationToken.tokens(saved, initial)
          : PositionResizing.resize(
              name, DistillationToken.positions(file, saved, target, initial), initial.shape());
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
