package org.sotdl4j.app.verify;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.sotdl4j.app.DeviceOption;
import org.sotdl4j.engine.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code sot verify DIR}. */
@Command(
    name = "verify",
    description = {
      "Compare this project with reference values of the official implementations.",
      "Prints a row per case and, last, 'N passed, N failed'. Exit code 1 if any failed."
    })
public final class VerifyCommand implements Callable<Integer> {

  /** The floating-point types that a comparison can run in. */
  enum Precision {
    FLOAT(DataType.FLOAT),
    DOUBLE(DataType.DOUBLE);

    private final DataType type;

    Precision(DataType type) {
      this.type = type;
    }
  }

  @Parameters(paramLabel = "DIR", description = "A folder with models/, layers/, nlp/ or recipes/.")
  private Path folder;

  @Option(
      names = "--only",
      paramLabel = "GLOB",
      description = "Run the cases that match, as 'models/SoT_*'.")
  private String only = "*";

  @Option(
      names = "--dtype",
      defaultValue = "float",
      description = "float or double (tighter bounds); default: ${DEFAULT-VALUE}")
  private Precision precision;

  @Option(
      names = "--engine",
      defaultValue = "compiled",
      description = "compiled or stock; default: ${DEFAULT-VALUE}")
  private Engine engine;

  @Mixin private DeviceOption device;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    device.use();
    if (!Files.isDirectory(folder)) {
      throw new ParameterException(spec.commandLine(), "There is no folder " + folder + ".");
    }
    PrintWriter out = spec.commandLine().getOut();
    int passed = 0;
    int failed = 0;
    for (Path file : cases()) {
      Outcome outcome = run(file);
      if (outcome.passed()) {
        passed++;
      } else {
        failed++;
      }
      out.printf(
          "%s  %-45s %s%n", outcome.passed() ? "ok  " : "FAIL", outcome.name(), outcome.detail());
      out.flush();
    }
    if (passed + failed == 0) {
      throw new ParameterException(
          spec.commandLine(),
          "There is no case %s in %s; cases are named as layers/svpn_1_1.".formatted(only, folder));
    }
    out.printf("%d passed, %d failed%n", passed, failed);
    out.flush();
    return failed == 0 ? 0 : 1;
  }

  /** The files that describe the cases, in a fixed order. */
  private List<Path> cases() throws IOException {
    List<Path> files = new ArrayList<>();
    PathMatcher wanted = matcher();
    for (String kind : List.of("layers", "models", "nlp", "recipes")) {
      Path part = folder.resolve(kind);
      if (!Files.isDirectory(part)) {
        continue;
      }
      try (Stream<Path> entries = Files.list(part)) {
        entries
            .sorted()
            .flatMap(VerifyCommand::descriptions)
            // A case's folder without its description is a case that fails.
            .filter(file -> Files.isRegularFile(file) || Files.isDirectory(file.getParent()))
            .filter(file -> only.equals("*") || matches(wanted, Path.of(caseName(file))))
            .forEach(files::add);
      }
    }
    return files;
  }

  private PathMatcher matcher() {
    try {
      return folder.getFileSystem().getPathMatcher("glob:" + only);
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          spec.commandLine(), "--only %s is no pattern: %s.".formatted(only, e.getDescription()));
    }
  }

  /** A pattern that matches a model matches its checkpoints too. */
  private static boolean matches(PathMatcher wanted, Path name) {
    return wanted.matches(name) || (name.getNameCount() > 2 && wanted.matches(name.subpath(0, 2)));
  }

  /** The JSON file of a case and, with a model, its checkpoints; in recipes the entry itself. */
  private static Stream<Path> descriptions(Path entry) {
    return switch (entry.getParent().getFileName().toString()) {
      case "layers" -> Stream.of(entry.resolve("case.json"));
      case "recipes", "nlp" ->
          Stream.of(entry.toString().endsWith(".json") ? entry : entry.resolve("model.json"));
      default ->
          Stream.concat(
              Stream.of(entry.resolve("model.json")), checkpoints(entry.resolve("checkpoints")));
    };
  }

  private static Stream<Path> checkpoints(Path folder) {
    String[] names = folder.toFile().list();
    return names == null ? Stream.empty() : Stream.of(names).sorted().map(folder::resolve);
  }

  private static boolean isCheckpoint(Path file) {
    return file.getParent().getFileName().toString().equals("checkpoints");
  }

  /** As {@code layers/svpn_1_1}, {@code models/DeiT_mini/checkpoints/checkpoint.pth}. */
  private String caseName(Path file) {
    Path name = folder.relativize(file);
    String last = name.getFileName().toString();
    if (List.of("case.json", "model.json").contains(last)) {
      name = name.getParent();
    } else if (!isCheckpoint(file) && last.endsWith(".json")) {
      name = name.resolveSibling(last.substring(0, last.length() - ".json".length()));
    }
    return name.toString().replace('\\', '/');
  }

  private Outcome run(Path file) {
    String name = caseName(file);
    try {
      if (isCheckpoint(file)) {
        JsonNode model =
            JsonMapper.shared().readTree(file.getParent().resolveSibling("model.json"));
        return ModelCase.runCheckpoint(name, file, model, precision.type, engine);
      }
      JsonNode fixture = JsonMapper.shared().readTree(file);
      return switch (name.substring(0, name.indexOf('/'))) {
        case "layers" -> LayerCase.run(file.getParent(), fixture, precision.type, engine);
        case "models" -> ModelCase.run(file.getParent(), fixture, precision.type, engine);
        case "recipes" -> RecipeCase.run(file, fixture, engine);
        case "nlp" -> TextCase.run(file, fixture, precision.type, engine);
        default -> throw new NotThereYet(name);
      };
    } catch (RuntimeException e) {
      // One case that breaks must not hide the others; its row says what happened.
      String message = e instanceof NotThereYet ? e.getMessage() : e.toString();
      return new Outcome(name, false, message.replaceAll("\\s*\\R\\s*", " "));
    }
  }
}
