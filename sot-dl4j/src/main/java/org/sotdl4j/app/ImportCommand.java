package org.sotdl4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.MatchCondition;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import org.sotdl4j.zoo.checkpoint.Fitting;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot import}. */
@Command(
    name = "import",
    description = {
      "Make a safetensors file of a checkpoint of PyTorch, or of a graph that SameDiff saved.",
      "It has the official names, says what model it is of, and PyTorch and timm read it too."
    })
final class ImportCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "FILE",
      description = {
        "What torch.save wrote (.pth, .pt, .pth.tar), a .safetensors file, the *.index.json of several, or",
        "what SameDiff saved (.fb)."
      })
  private Path file;

  @Mixin private ModelOptions model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "Default: beside FILE, with the ending .safetensors")
  private Path output;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!model.isGiven()) {
      throw missingModel();
    }
    Path target = output == null ? besideInput() : output;
    if (Files.exists(target) && Files.isSameFile(target, file)) {
      throw wrong("%s would replace FILE; name another with --output".formatted(target));
    }
    PrintWriter out = spec.commandLine().getOut();
    try (TensorFile source = TensorFile.open(file);
        SavedModel saved = SavedModel.of(source, model.name(), model.model(model.usualClasses()))) {
      Checkpoint.save(
          target,
          saved.parameters(),
          new LinkedHashMap<>(),
          SavedModel.metadata(saved.name(), saved.model()));
      out.printf(
          "%s: %,d tensors of %s with %,d parameters, from %s%n",
          target,
          saved.parameters().stream().count(),
          saved.name(),
          saved.parameters().totalCount(),
          source.format());
      describe(source, saved, out);
      warnOfBroken(saved, spec.commandLine().getErr());
    }
    return 0;
  }

  private static void describe(TensorFile source, SavedModel saved, PrintWriter out) {
    if (!source.wrapper().isEmpty()) {
      out.printf("  taken from   %s%n", String.join(".", source.wrapper()));
    }
    if (!source.prefix().isEmpty()) {
      out.printf("  removed      %s before every name%n", source.prefix());
    }
    if (!source.ignored().isEmpty()) {
      out.printf("  left behind  %s%n", String.join(", ", source.ignored()));
    }
    Map<String, Integer> conversions = new TreeMap<>();
    saved.parameters().stream()
        .filter(p -> source.contains(p.name()))
        .forEach(p -> {
          DataType from = source.storedType(p.name());
          if (from != p.array().dataType()) {
            String types = "%s to %s".formatted(from, p.array().dataType());
            conversions.merge(types.toLowerCase(Locale.ROOT), 1, Integer::sum);
          }
        });
    conversions.forEach(
        (types, count) -> out.printf("  converted    %,d tensors from %s%n", count, types));
  }

  /** A training that diverged leaves such weights, and they make every answer wrong. */
  private static void warnOfBroken(SavedModel saved, PrintWriter err) {
    Map<String, Long> broken = new LinkedHashMap<>();
    for (Parameter p : saved.parameters()) {
      long count = p.array().isR() ? notFinite(p.array()) : 0;
      if (count > 0) {
        broken.put(p.name(), count);
      }
    }
    if (!broken.isEmpty()) {
      err.printf(
          "Warning: %,d values in %d tensors are NaN or infinite, the first of them in %s.%n",
          broken.values().stream().mapToLong(Long::longValue).sum(),
          broken.size(),
          broken.keySet().iterator().next());
    }
  }

  private static long notFinite(INDArray values) {
    return Nd4j.getExecutioner()
        .exec(new MatchCondition(values, Conditions.notFinite()))
        .getLong(0);
  }

  private Path besideInput() {
    String name = file.getFileName().toString();
    return file.resolveSibling(
        name.replaceFirst("(\\.(pth|pt|tar|bin|index|json|safetensors|fb))+$", "")
            + ".safetensors");
  }

  private ParameterException missingModel() {
    try (TensorFile source = TensorFile.open(file)) {
      var suited = Fitting.models(source);
      return wrong(
          suited.isEmpty()
              ? "Name the model with --model; none of './sot list' has the tensors of " + file
              : "Name the model with --model; the tensors suit " + String.join(", ", suited));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message + ".");
  }
}
