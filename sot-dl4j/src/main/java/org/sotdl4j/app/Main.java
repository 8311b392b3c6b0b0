package org.sotdl4j.app;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.stream.Collectors;
import org.sotdl4j.app.verify.VerifyCommand;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.UnknownModelException;
import org.sotdl4j.zoo.Zoo;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line {@code sot}. A command is a class with picocli's {@link Command} that implements
 * {@code Runnable} or {@code Callable<Integer>}, and is listed here. It prints its results to
 * {@code spec.commandLine().getOut()}; everything else goes to standard error.
 *
 * <p>Exit codes: 0 ok; 1 the work failed; 2 wrong usage; 130 interrupted (by the JVM). Errors are
 * one sentence on standard error, followed by a stack trace only with {@code --debug}.
 */
@Command(
    name = "sot",
    description = "Vision transformers for the JVM.",
    subcommands = {
      TrainCommand.class,
      CompareCommand.class,
      EvalCommand.class,
      PredictCommand.class,
      TransformCommand.class,
      ExplainCommand.class,
      ServeCommand.class,
      ListCommand.class,
      InfoCommand.class,
      SummaryCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      VerifyCommand.class,
      GlueCommand.class,
      InfluenceCommand.class,
      BenchCommand.class,
      DataCommand.class,
      ShellCommand.class,
      DoctorCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class Main implements Runnable {

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  @Spec private CommandSpec spec;

  /**
   * Runs a command and ends the JVM with its exit code.
   *
   * @param args the command's name, its options and arguments
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line with its error handling; {@code execute} returns the exit code. */
  static CommandLine commandLine() {
    Main main = new Main();
    CommandLine commandLine = new CommandLine(main);
    commandLine
        .getSubcommands()
        .get("train")
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpGroups::render);
    Choices.register(commandLine);
    return commandLine
        .registerConverter(ModelEntry.class, Main::modelNamed)
        .setParameterExceptionHandler(main::wrongUsage)
        .setExecutionStrategy(main::runCommand)
        .setExecutionExceptionHandler((e, command, parsed) -> main.workFailed(e, command));
  }

  /** The command line of a command as it was given, for a shell. */
  static String words(CommandSpec command) {
    return command.commandLine().getParseResult().originalArgs().stream()
        .map(
            word -> word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" ", "./sot ", ""));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }

  /** Picocli reports exceptions only; out of memory and a native library that fails are errors. */
  private int runCommand(ParseResult parsed) {
    try {
      if (Gpu.isBuildForCuda() && needsNd4j(parsed)) {
        Gpu.require();
      }
      return new CommandLine.RunLast().execute(Presets.complete(parsed));
    } catch (IOException | InterruptedException | UserException | Error e) {
      return workFailed(e, parsed.commandSpec().commandLine());
    }
  }

  /** What shows help or examines the machine works without. */
  private static boolean needsNd4j(ParseResult parsed) {
    return parsed.asCommandLineList().stream()
        .noneMatch(command ->
            command.isUsageHelpRequested()
                || command.isVersionHelpRequested()
                || command.getCommand() instanceof DoctorCommand);
  }

  private static ModelEntry modelNamed(String name) {
    try {
      return Zoo.get(name);
    } catch (UnknownModelException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  private int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    var err = command.getErr();
    err.println(command.getColorScheme().errorText("sot: " + e.getMessage()));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.printf("'%s --help' shows the usage.%n", command.getCommandSpec().qualifiedName());
    printStackTrace(e, command);
    return CommandLine.ExitCode.USAGE;
  }

  private int workFailed(Throwable e, CommandLine command) {
    command.getErr().println(command.getColorScheme().errorText("sot: " + ErrorMessage.of(e)));
    printStackTrace(e, command);
    // As a model for texts where one for pictures is needed.
    return e instanceof UnknownModelException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  private void printStackTrace(Throwable e, CommandLine command) {
    if (debug) {
      e.printStackTrace(command.getErr());
    }
  }

  /** The version that Maven built. */
  static final class Version implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
      return new String[] {"sot-dl4j " + number()};
    }

    static String number() throws IOException {
      try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
        Properties properties = new Properties();
        properties.load(in);
        return properties.getProperty("version");
      }
    }
  }
}
