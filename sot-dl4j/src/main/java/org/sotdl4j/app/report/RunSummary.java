package org.sotdl4j.app.report;

import java.util.List;
import java.util.SequencedMap;

/**
 * A run as a comparison shows it.
 *
 * @param name of its folder
 * @param model the model's name
 * @param options what it was started with, names and values
 * @param epochs in their order, at least one
 */
public record RunSummary(
    String name, String model, SequencedMap<String, String> options, List<EpochMetrics> epochs) {

  /** The epoch with the highest top-1 accuracy; the first of several. */
  EpochMetrics best() {
    return epochs.stream()
        .reduce((a, b) -> b.valTop1() > a.valTop1() ? b : a)
        .orElseThrow(() -> new IllegalArgumentException(name + " has no epoch"));
  }

  double seconds() {
    return epochs.stream().mapToDouble(EpochMetrics::seconds).sum();
  }

  double imagesPerSecond() {
    return epochs.stream().mapToDouble(EpochMetrics::imagesPerSecond).average().orElseThrow();
  }
}
