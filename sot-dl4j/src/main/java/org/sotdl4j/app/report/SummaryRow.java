package org.sotdl4j.app.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.sotdl4j.zoo.LayerSummary;

/**
 * A line of a summary: a layer, or several alike that follow each other.
 *
 * @param name of the layer inside the one above it, as {@code blocks} or {@code 3..11}
 * @param depth 0 for a part of the whole model
 * @param times how many layers it stands for
 * @param layer the first of them
 */
public record SummaryRow(String name, int depth, int times, LayerSummary layer) {

  private static final String TIMES = " x ";

  /**
   * The parts of a model down to a depth.
   *
   * @param depth 1 for the parts themselves, 2 for their parts too
   */
  public static List<SummaryRow> of(LayerSummary model, int depth) {
    List<SummaryRow> rows = new ArrayList<>();
    add(rows, model.parts(), 0, depth);
    return List.copyOf(rows);
  }

  /** The stages: the parts, and of a part whose parts are numbered these, as they are computed. */
  public static List<SummaryRow> stages(LayerSummary model) {
    List<SummaryRow> stages = new ArrayList<>();
    for (SummaryRow row : of(model, 1)) {
      List<LayerSummary> parts = row.layer.parts();
      if (!parts.isEmpty() && parts.stream().allMatch(SummaryRow::isNumbered)) {
        for (SummaryRow part : merged(parts, 0)) {
          stages.add(new SummaryRow(row.name + "." + part.name, 0, part.times, part.layer));
        }
      } else {
        stages.add(row);
      }
    }
    stages.sort(Comparator.comparingInt(stage -> stage.layer.firstOp()));
    return stages;
  }

  private static void add(
      List<SummaryRow> rows, List<LayerSummary> layers, int depth, int deepest) {
    if (depth == deepest) {
      return;
    }
    for (SummaryRow row : merged(layers, depth)) {
      rows.add(row);
      add(rows, row.layer.parts(), depth + 1, deepest);
    }
  }

  /** Numbered layers that are alike and follow each other become one row. */
  private static List<SummaryRow> merged(List<LayerSummary> layers, int depth) {
    List<SummaryRow> rows = new ArrayList<>();
    for (LayerSummary layer : layers) {
      SummaryRow last = rows.isEmpty() ? null : rows.getLast();
      if (last != null && isNumbered(layer) && isNumbered(last.layer) && layer.isLike(last.layer)) {
        rows.removeLast();
        rows.add(
            new SummaryRow(
                last.layer.name() + ".." + layer.name(), depth, last.times + 1, last.layer));
      } else {
        rows.add(new SummaryRow(layer.name(), depth, 1, layer));
      }
    }
    return rows;
  }

  private static boolean isNumbered(LayerSummary layer) {
    return layer.name().chars().allMatch(Character::isDigit);
  }

  /** The output's shape without the batch, as {@code 197 x 192}; windows count as more samples. */
  public String shape() {
    List<Long> shape = layer.shape();
    if (shape.isEmpty()) {
      return "";
    }
    return shape.subList(shape.getFirst() == 1 && shape.size() > 1 ? 1 : 0, shape.size()).stream()
        .map(String::valueOf)
        .collect(Collectors.joining(TIMES));
  }

  /** Learned parameters in millions, of all layers of the row. */
  public String parameters() {
    return decimals(times * layer.parameters() / 1e6, 3);
  }

  /** Of all layers of the row. */
  public String gmacs() {
    return decimals(gmacs(layer.macs().total()), 3);
  }

  /** Of all layers of the row, without products of two activations. */
  public String gmacsLinearConv() {
    return decimals(gmacs(layer.macs().linearAndConvolution()), 3);
  }

  /** Megabytes of activations, of all layers of the row. */
  public String activations() {
    return decimals(times * layer.activationBytes() / 1e6, 2);
  }

  private double gmacs(long macs) {
    return times * macs / 1e9;
  }

  private static String decimals(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
