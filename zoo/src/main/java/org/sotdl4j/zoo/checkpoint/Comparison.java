package org.sotdl4j.zoo.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;

/** Which tensors of a file suit a model's state. */
final class Comparison {

  /** PyTorch's count of batches, which no evaluation needs and some exporters leave out. */
  private static final String COUNTER = "num_batches_tracked";

  /** What follows from a model's sizes: Swin's, which some exporters leave out too. */
  private static final Set<String> DERIVED = Set.of("relative_position_index", "attn_mask");

  private final TensorFile file;
  private final Parameters target;
  private final List<Parameter> fitting = new ArrayList<>();
  private final List<Parameter> missing = new ArrayList<>();
  private final List<Parameter> different = new ArrayList<>();
  private final List<String> unexpected;

  Comparison(TensorFile file, Parameters target) {
    this.file = file;
    this.target = target;
    for (Parameter parameter : target) {
      String name = parameter.name();
      if (!file.contains(name)) {
        missing.add(parameter);
      } else if (file.fits(name, parameter.array())) {
        fitting.add(parameter);
      } else {
        different.add(parameter);
      }
    }
    unexpected =
        new ArrayList<>(
            file.names().stream()
                .filter(name -> !target.contains(name) && !Checkpoint.isBeside(name))
                .toList());
  }

  /** Parameters that the file lacks; those removed from the list are not missed. */
  List<Parameter> missing() {
    return missing;
  }

  /** Parameters that the file has in another shape; those removed from the list do not matter. */
  List<Parameter> different() {
    return different;
  }

  /** Names that the model lacks; those removed from the list do not matter. */
  List<String> unexpected() {
    return unexpected;
  }

  /** Whether the model makes a tensor from its sizes alone. */
  static boolean isDerived(String name) {
    return DERIVED.contains(lastPart(name));
  }

  static boolean isDispensable(Parameter parameter) {
    return lastPart(parameter.name()).equals(COUNTER) || isDerived(parameter.name());
  }

  static String lastPart(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /**
   * Copies what fits. A counter that is missing becomes 0, a derived tensor stays as the model made
   * it.
   */
  void copy() {
    missing.stream()
        .filter(p -> lastPart(p.name()).equals(COUNTER))
        .forEach(counter -> counter.array().assign(0));
    fitting.forEach(p -> file.readInto(p.name(), p.array()));
  }

  /**
   * Refuses what is missing, different or unexpected.
   *
   * @throws CheckpointException if there is any: one sentence, then a line a tensor
   */
  void require() {
    List<String> absent =
        missing.stream().filter(p -> !isDispensable(p)).map(Parameter::name).toList();
    List<String> misfits = different.stream().map(p -> file.misfit(p.name(), p.array())).toList();
    if (absent.isEmpty() && misfits.isEmpty() && unexpected.isEmpty()) {
      return;
    }
    String model = file.metadata().get(Checkpoint.MODEL);
    throw new CheckpointException(
        ("%s%s does not fit (missing: %d of %d tensors, different: %d, unexpected: %d); build the"
                    + " model with the settings it was saved with (--num-classes, --img-size)%s.")
                .formatted(
                    file.path(),
                    model == null ? "" : ", a checkpoint of %s,".formatted(model),
                    absent.size(),
                    target.stream().count(),
                    misfits.size(),
                    unexpected.size(),
                    Stream.concat(absent.stream(), unexpected.stream())
                                .allMatch(DistillationToken::owns)
                            && misfits.size() < fitting.size()
                        ? ", or let 'sot train --finetune' fit it"
                        : unexpected.stream().anyMatch(Comparison::isTimms)
                            ? "; it seems to be saved by timm, which names parts of PiT and Swin"
                                + " otherwise than the official code"
                            : "")
            + list("missing", absent)
            + list("different", misfits)
            + list("unexpected", unexpected));
  }

  private static boolean isTimms(String name) {
    return name.matches(
        "(transformers\\.\\d+\\.pool|pools\\.\\d+|layers\\.3\\.downsample|head\\.fc)\\..*");
  }

  private static String list(String title, List<String> names) {
    StringBuilder lines = new StringBuilder();
    names.forEach(name -> lines.append("\n  ").append(title).append(": ").append(name));
    return lines.toString();
  }
}
