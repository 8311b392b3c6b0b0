package org.sotdl4j.engine;

import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where {@link Engine#COMPILED} makes its programs: on the CPU, until {@link #use} says otherwise.
 * Programs stay where they were made.
 */
public final class Backends {

  private static final String CPU = "cpu";
  private static final String AUTO = "auto";
  private static final Pattern DEVICE = Pattern.compile("([a-z]+)(?::(\\d{1,4}))?");

  private static Home home = Home.CPU;

  private Backends() {}

  static synchronized Home home() {
    return home;
  }

  /** The backend of programs that are made from now on; null for the CPU. */
  public static synchronized void use(Backend backend) {
    home = backend == null ? Home.CPU : new BackendHome(backend);
  }

  /**
   * Chooses the device of programs that are made from now on, and opens it.
   *
   * @param device {@code cpu}, the kind of a backend with perhaps the number of a device ({@code
   *     cuda:1}), or {@code auto}: the first device that works, else the CPU
   * @return what was chosen
   * @throws IllegalArgumentException if there is no such device, or it cannot be used; one sentence
   *     says why
   */
  public static String use(String device) {
    Backend backend = open(device);
    use(backend);
    return backend == null ? CPU : backend.name();
  }

  private static Backend open(String device) {
    if (device.equals(CPU)) {
      return null;
    }
    if (device.equals(AUTO)) {
      return providers()
          .filter(provider -> provider.find().areUsable())
          .findFirst()
          .map(provider -> provider.open(0))
          .orElse(null);
    }
    Matcher matcher = DEVICE.matcher(device);
    List<BackendProvider> found =
        providers().filter(p -> matcher.matches() && p.kind().equals(matcher.group(1))).toList();
    if (found.isEmpty()) {
      String kinds =
          providers().map(p -> ", %1$s, %1$s:N".formatted(p.kind())).collect(Collectors.joining());
      throw new IllegalArgumentException(
          "There is no device %s; it can be cpu%s or auto".formatted(device, kinds));
    }
    int index = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    return found.getFirst().open(index);
  }

  /** The kinds of backends on the class path. */
  public static Stream<BackendProvider> providers() {
    return ServiceLoader.load(BackendProvider.class).stream().map(ServiceLoader.Provider::get);
  }
}
