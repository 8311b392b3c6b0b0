package org.sotdl4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sotdl4j.app.export.Exported;
import org.sotdl4j.app.export.OnnxFile;
import org.sotdl4j.app.export.SameDiffFile;
import org.sotdl4j.app.glue.GlueRun;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.onnx.OnnxModel;
import org.sotdl4j.onnx.Precision;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.TextInput;
import org.sotdl4j.zoo.checkpoint.AtomicFile;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot export}. */
@Command(
    name = "export",
    description =
        "Write a model for other programs: ONNX for ONNX Runtime and others, SameDiff's own file for DL4J without this library, safetensors for PyTorch and timm.")
final class ExportCommand implements Callable<Integer> {

  /** What is written. */
  enum Format {
    ONNX(".onnx"),
    SAMEDIFF(".fb"),
    SAFETENSORS(".safetensors");

    private final String ending;

    Format(String ending) {
      this.ending = ending;
    }

    private static Optional<Format> of(Path file) {
      return Arrays.stream(values())
          .filter(format -> file.toString().endsWith(format.ending))
          .findAny();
    }
  }

  /** What an ONNX model computes with. */
  enum Type {
    FLOAT32(Precision.AS_IN_GRAPH),
    FLOAT16(Precision.FLOAT16);

    private final Precision precision;

    Type(Precision precision) {
      this.precision = precision;
    }
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "SOURCE",
      description =
          "A run's folder (its best checkpoint; of 'sot glue' too), a checkpoint that says what model it is of, or a model that 'sot list' shows, untrained; not with --checkpoint.")
  private Path source;

  @Mixin private CheckpointOptions checkpoint;

  @Option(
      names = {"-o", "--out", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "What to write: FILE.onnx, FILE.fb (SameDiff) or FILE.safetensors.")
  private Path out;

  @Option(
      names = "--format",
      description = "onnx, samediff or safetensors, where FILE's ending does not say it.")
  private Format format;

  @Option(
      names = "--dtype",
      description =
          "What an ONNX model computes with: float32 or float16. Its input and output are float32 in any case. Default: float32")
  private Type type = Type.FLOAT32;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (checkpoint.isGiven() == (source != null)) {
      throw wrong("Give either SOURCE or --checkpoint");
    }
    if (format == null) {
      format =
          Format.of(out)
              .orElseThrow(() ->
                  wrong("Name the --format: the ending of %s does not say it".formatted(out)));
    }
    if (type != Type.FLOAT32 && format != Format.ONNX) {
      throw wrong("--dtype is for --format onnx");
    }
    new OptionChecks(spec).folderOf("--out", out);
    if (source != null && GlueRun.isIn(source)) {
      try (GlueRun run = GlueRun.open(source)) {
        export(Exported.of(run), new RunFolder(source).best());
        if (format == Format.ONNX) {
          AtomicFile.writeText(tokenizerFile(), run.tokenizer());
        }
      }
    } else {
      try (SavedModel saved = checkpoint.openOrUntrained(source)) {
        export(Exported.of(saved), saved.checkpoint());
      }
    }
    return 0;
  }

  /** Beside the model: what makes the numbers that it reads of texts. */
  private Path tokenizerFile() {
    return out.resolveSibling(
        out.getFileName().toString().replaceFirst("\\.onnx$", "") + ".tokenizer.json");
  }

  private void export(Exported exported, Path origin) throws IOException {
    if (Files.exists(out) && Files.exists(origin) && Files.isSameFile(out, origin)) {
      throw wrong("%s would replace what it is made of; name another --out".formatted(out));
    }
    PrintWriter report = spec.commandLine().getOut();
    report.printf("%s: %s, %s%n", out, exported.name(), write(exported));
  }

  /** Writes the file and says what is in it. */
  private String write(Exported exported) throws IOException {
    return switch (format) {
      case ONNX -> {
        OnnxModel model = OnnxFile.model(exported, type.precision);
        OnnxFile.write(out, model, OnnxModel.LIMIT);
        yield "%,d nodes, %.1f MB of weights, %s"
            .formatted(model.nodes(), model.size() / 1e6, type.name().toLowerCase(Locale.ROOT));
      }
      case SAMEDIFF -> {
        SameDiffFile.write(out, exported);
        yield "placeholders %s and targets, variables logits and loss"
            .formatted(
                exported.network() instanceof Model
                    ? ModelGraph.IMAGE
                    : String.join(", ", TextInput.IDS, TextInput.MASK, TextInput.SEGMENTS));
      }
      case SAFETENSORS -> {
        Checkpoint.save(out, exported.parameters(), new LinkedHashMap<>(), exported.metadata());
        yield "%,d tensors".formatted(exported.parameters().stream().count());
      }
    };
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message + ".");
  }
}
