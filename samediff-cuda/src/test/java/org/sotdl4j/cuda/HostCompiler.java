package org.sotdl4j.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Compiles kernels for the CPU with g++, to shared libraries that are kept by their text. */
final class HostCompiler {

  private static final Path FOLDER = Path.of("target", "emulated");

  private HostCompiler() {}

  /** A program of the machine. */
  static Optional<Path> find(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static boolean isThere() {
    return find("g++").isPresent();
  }

  /** A library with a function {@code run_KERNEL} for each kernel of a unit. */
  static Path kernels(Unit unit) {
    StringBuilder text = new StringBuilder(resource("emulator.hpp")).append(unit.source());
    for (String kernel : unit.kernels()) {
      text.append(
          """

          extern "C" int run_%1$s(unsigned int x, unsigned int y, unsigned int z, unsigned int threads, void **given) {
            return emulator::run(%1$s, x, y, z, threads, given);
          }
          """
              .formatted(kernel));
    }
    return compiled(unit.name(), text.toString(), "-O2");
  }

  static Path gemm() {
    return compiled("gemm", resource("gemm.cpp"), "-O3");
  }

  /** A library with the functions of CUDA that we call. */
  static Path fakeCuda() {
    return compiled("fake-cuda", resource("fake-cuda.cpp"), "-O3");
  }

  static String resource(String name) {
    try (InputStream in = HostCompiler.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path compiled(String name, String text, String level) {
    Path library = FOLDER.resolve(name + "-" + HexFormat.of().toHexDigits(text.hashCode()) + ".so");
    if (Files.exists(library)) {
      return library.toAbsolutePath();
    }
    try {
      Files.createDirectories(FOLDER);
      Path source = Files.writeString(FOLDER.resolve(name + ".cpp"), text);
      Path aside = FOLDER.resolve(name + ".aside");
      run(
          List.of(
              "g++",
              "-std=c++17",
              level,
              "-shared",
              "-fPIC",
              "-ffp-contract=off",
              "-o",
              aside.toString(),
              source.toString()));
      Files.move(aside, library, StandardCopyOption.ATOMIC_MOVE);
      return library.toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a compiler, which prints nothing when all is well. */
  static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new AssertionError(output);
    }
  }
}
