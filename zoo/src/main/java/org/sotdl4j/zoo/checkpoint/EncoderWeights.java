package org.sotdl4j.zoo.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.zoo.Network;

/** Starts a network from the weights of a text encoder. */
public final class EncoderWeights {

  /** What Hugging Face puts before an encoder's names where a head lies beside it. */
  private static final List<String> PREFIXES = List.of("", "bert.", "roberta.", "transformer.");

  /** The files of a folder of Hugging Face, the best first. */
  private static final List<String> FILES =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  private EncoderWeights() {}

  /**
   * Opens the weights in a folder as Hugging Face has it.
   *
   * @throws CheckpointException if there are none, or they cannot be read
   */
  public static TensorFile open(Path folder) {
    return FILES.stream()
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst()
        .map(TensorFile::open)
        .orElseThrow(() ->
            new CheckpointException(
                "%s holds no weights: expected %s or %s"
                    .formatted(folder, FILES.getFirst(), FILES.get(2))));
  }

  /**
   * Copies the encoder's tensors; the classifier stays as it is, and what else the file has, as
   * heads of other tasks, is left alone. Either all is copied or nothing.
   *
   * @throws CheckpointException if a tensor is missing or has another shape: one sentence, then a
   *     line a tensor
   */
  public static void load(TensorFile file, Network network, Parameters target) {
    Map<Parameter, String> sources = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    for (Parameter parameter : target) {
      String name = parameter.name();
      if (network.isInClassifier(name)) {
        continue;
      }
      candidates(name)
          .filter(file::contains)
          .findFirst()
          .ifPresentOrElse(
              source -> {
                sources.put(parameter, source);
                if (!file.fits(source, parameter.array())) {
                  wrong.add("different: " + file.misfit(source, parameter.array()));
                }
              },
              () -> wrong.add("missing: " + name));
    }
    if (!wrong.isEmpty()) {
      throw new CheckpointException(
          "%s does not fit the encoder (%d of %d tensors missing or different).\n  %s"
              .formatted(
                  file.path(), wrong.size(), target.stream().count(), String.join("\n  ", wrong)));
    }
    sources.forEach((parameter, source) -> file.readInto(source, parameter.array()));
  }

  /** The names that a tensor may have; files from before 2019 have TensorFlow's for layer norms. */
  private static Stream<String> candidates(String name) {
    String older =
        name.replaceFirst("LayerNorm\\.weight$", "LayerNorm.gamma")
            .replaceFirst("LayerNorm\\.bias$", "LayerNorm.beta");
    return PREFIXES.stream().flatMap(prefix -> Stream.of(prefix + name, prefix + older));
  }
}
