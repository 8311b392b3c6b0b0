package org.sotdl4j.engine;

import java.util.List;

/**
 * What a {@link BackendProvider} finds on this machine.
 *
 * @param devices what each device is called by its maker, in the order of their numbers
 * @param problems what hinders their use and how to mend it, a sentence each; without one they work
 */
public record Findings(List<String> devices, List<String> problems) {

  /** Whether there is a device and nothing hinders its use. */
  public boolean areUsable() {
    return !devices.isEmpty() && problems.isEmpty();
  }
}
