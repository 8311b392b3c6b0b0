package org.sotdl4j.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A text of CUDA C++ that is compiled at once.
 *
 * @param name for messages
 * @param source the text
 */
record Unit(String name, String source) {

  private static final Pattern KERNEL = Pattern.compile("__global__ void (\\w+)\\(");

  private static final List<String> FILES =
      List.of(
          "attention",
          "convolution",
          "copies",
          "lookup",
          "norms",
          "optimizer",
          "pools",
          "softmax",
          "types");

  private static final String COMMON = read("common");

  private static final List<Unit> ALL =
      Stream.concat(
              Stream.of(new Unit("elementwise", COMMON + Generator.source())),
              FILES.stream().map(file -> new Unit(file, COMMON + read(file))))
          .toList();

  /** All that there are. */
  static List<Unit> all() {
    return ALL;
  }

  /** The one that has a kernel. */
  static Unit of(String kernel) {
    return ALL.stream()
        .filter(unit -> unit.kernels().contains(kernel))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no kernel " + kernel));
  }

  /** The names of its kernels. */
  List<String> kernels() {
    return KERNEL.matcher(source).results().map(match -> match.group(1)).toList();
  }

  private static String read(String file) {
    try (InputStream in = Unit.class.getResourceAsStream("kernels/" + file + ".cu")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
