package org.sotdl4j.app.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What a report tells.
 *
 * @param title of the run, such as the data set's name
 * @param modelName the model's name in the registry
 * @param facts configuration and environment, in the order of the page
 * @param epochs in their order; none if the first epoch was not finished
 * @param steps in their order; none where they were not kept
 * @param classes names, by index
 * @param confusion counts over the validation pictures, one row and column per class
 * @param right some pictures that were answered right
 * @param wrong some pictures that were answered wrong
 * @param nextCommands command lines worth trying now
 */
public record ReportData(
    String title,
    String modelName,
    SequencedMap<String, String> facts,
    List<EpochMetrics> epochs,
    List<StepLoss> steps,
    List<String> classes,
    ConfusionMatrix confusion,
    List<Example> right,
    List<Example> wrong,
    List<String> nextCommands) {

  public ReportData {
    if (classes.size() != confusion.classes()) {
      throw new IllegalArgumentException(
          "%d class names do not fit a confusion matrix of %d classes"
              .formatted(classes.size(), confusion.classes()));
    }
    facts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(facts));
    epochs = List.copyOf(epochs);
    steps = List.copyOf(steps);
    classes = List.copyOf(classes);
    right = List.copyOf(right);
    wrong = List.copyOf(wrong);
    nextCommands = List.copyOf(nextCommands);
  }
}
