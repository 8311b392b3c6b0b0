package org.sotdl4j.app;

import org.sotdl4j.engine.Backends;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the compiled engine runs its graphs. */
public final class DeviceOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "cpu, cuda, cuda:N, or auto: a GPU if one works. Not tested on a GPU yet; default: ${DEFAULT-VALUE}")
  private String device = "cpu";

  /**
   * Opens the device.
   *
   * @throws ParameterException if it is not there or cannot be used
   */
  public void use() {
    try {
      Backends.use(device);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--device: " + e.getMessage(), e);
    }
  }
}
