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
import org.sotdl4j.engine.Engine;
import picocli.CommandLine.Command;
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
      description = "float or double (tighter bounds); default: ${DEFAULT-VALUE}")
  private Precision precision = Precision.FLOAT;

  @Option(names = "--engine", description = "compiled or stock; default: ${DEFAULT-VALUE}")
  private Engine engine = Engine.COMPILED;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
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
            .filter(entry -> only.equals("*") || wanted.matches(Path.of(caseName(entry))))
            .map(VerifyCommand::description)
            .filter(Files::isRegularFile)
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

  /** The JSON file of a case: one in its folder, or in recipes the entry itself. */
  private static Path description(Path entry) {
    return switch (entry.getParent().getFileName().toString()) {
      case "layers" -> entry.resolve("case.json");
      case "recipes", "nlp" ->
          entry.toString().endsWith(".json") ? entry : entry.resolve("model.json");
      default -> entry.resolve("model.json");
    };
  }

  private static String caseName(Path entry) {
    String name = entry.getFileName().toString();
    return entry.getParent().getFileName()
        + "/"
        + (name.endsWith(".json") ? name.substring(0, name.length() - 5) : name);
  }

  private Outcome run(Path file) {
    boolean inFolder = List.of("case.json", "model.json").contains(file.getFileName().toString());
    String name = caseName(inFolder ? file.getParent() : file);
    try {
      JsonNode fixture = JsonMapper.shared().readTree(file);
      return switch (name.substring(0, name.indexOf('/'))) {
        case "layers" -> LayerCase.run(file.getParent(), fixture, precision.type, engine);
        case "models" -> ModelCase.run(file.getParent(), fixture, precision.type, engine);
        case "recipes" -> RecipeCase.run(file, fixture);
        default -> throw new NotThereYet(name);
      };
    } catch (RuntimeException e) {
      // One case that breaks must not hide the others; its row says what happened.
      String message = e instanceof NotThereYet ? e.getMessage() : e.toString();
      return new Outcome(name, false, message.replaceAll("\\s*\\R\\s*", " "));
    }
  }
}
