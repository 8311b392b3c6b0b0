package org.sotdl4j.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sotdl4j.app.train.Evaluator;
import org.sotdl4j.datasets.Dataset;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * ImageNet's reassessed labels (Beyer et al., "Are we done with ImageNet?", 2020, arXiv
 * 2006.07159): each validation picture has any number of right classes.
 *
 * @param labels the right classes of ILSVRC2012_val_00000001.JPEG and those after it
 */
record RealLabels(List<List<Integer>> labels) {

  private static final Pattern FILE = Pattern.compile("ILSVRC2012_val_(\\d{8})\\.[A-Za-z]+$");

  /**
   * How many answers were right.
   *
   * @param count pictures with a label at least; the others do not count
   */
  record Score(int right, int count) {

    String summary() {
      return String.format(
          Locale.ROOT, "ReaL top-1 %.2f %% on %,d pictures", 100.0 * right / count, count);
    }
  }

  /**
   * Reads the file {@code real.json}.
   *
   * @param classes the labels are below it
   * @throws UserException if it is not such a file
   */
  static RealLabels read(Path file, int classes) {
    if (!Files.isRegularFile(file)) {
      throw new UserException("There is no file %s with labels.".formatted(file));
    }
    List<List<Integer>> labels = new ArrayList<>();
    try {
      for (JsonNode picture : JsonMapper.shared().readTree(file)) {
        List<Integer> right = new ArrayList<>();
        for (JsonNode label : picture) {
          right.add(label.asInt());
        }
        labels.add(right);
      }
    } catch (JacksonException e) {
      throw new UserException("%s is no list of labels in JSON.".formatted(file), e);
    }
    for (List<Integer> picture : labels) {
      for (int label : picture) {
        if (label < 0 || label >= classes) {
          throw new UserException(
              "%s has the class %d, but the model knows %d classes."
                  .formatted(file, label, classes));
        }
      }
    }
    return new RealLabels(labels);
  }

  /**
   * Scores answers.
   *
   * @param among the model's number of each class that was answered with
   * @throws UserException if a picture's name is not that of one of ImageNet's validation pictures
   */
  Score score(List<Evaluator.Answer> answers, Dataset pictures, int[] among) {
    int right = 0;
    int count = 0;
    for (Evaluator.Answer answer : answers) {
      String name = pictures.name(answer.index());
      Matcher matcher = FILE.matcher(name);
      int number = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
      if (number < 1 || number > labels.size()) {
        throw new UserException(
            "--real-labels needs ImageNet's validation pictures by their own names, not %s."
                .formatted(name));
      }
      List<Integer> truth = labels.get(number - 1);
      if (!truth.isEmpty()) {
        count++;
        right += truth.contains(among[answer.predicted()]) ? 1 : 0;
      }
    }
    return new Score(right, count);
  }
}
