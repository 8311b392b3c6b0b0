package org.sotdl4j.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A library of NVIDIA's: looked for where the system's loader looks, and in the toolkit's folder
 * ({@code CUDA_HOME}, {@code CUDA_PATH} or {@code /usr/local/cuda}).
 */
final class NativeLibrary {

  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  private final String name;
  private final SymbolLookup symbols;

  private NativeLibrary(String name, SymbolLookup symbols) {
    this.name = name;
    this.symbols = symbols;
  }

  /**
   * The first of some names that is there.
   *
   * @param linux file names, the newest version first
   * @param windows the same on Windows
   */
  static Optional<NativeLibrary> find(List<String> linux, List<String> windows) {
    return (WINDOWS ? windows : linux)
        .stream()
            .flatMap(file -> open(file).map(found -> new NativeLibrary(file, found)).stream())
            .findFirst();
  }

  @SuppressWarnings("restricted")
  private static Optional<SymbolLookup> open(String file) {
    List<Path> files =
        Stream.concat(
                Stream.of("CUDA_HOME", "CUDA_PATH")
                    .map(System::getenv)
                    .filter(folder -> folder != null && !folder.isBlank()),
                Stream.of("/usr/local/cuda"))
            .flatMap(home ->
                Stream.of("lib64", "bin", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib")
                    .map(folder -> Path.of(home, folder, file)))
            .filter(Files::exists)
            .toList();
    try {
      return Optional.of(
          files.isEmpty()
              ? SymbolLookup.libraryLookup(file, Arena.global())
              : SymbolLookup.libraryLookup(files.getFirst(), Arena.global()));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // the loader does not find it
    }
  }

  String name() {
    return name;
  }

  /**
   * A function of the library.
   *
   * @throws IllegalArgumentException if it is too old to have it
   */
  @SuppressWarnings("restricted")
  MethodHandle function(String symbol, FunctionDescriptor descriptor) {
    MemorySegment address =
        symbols
            .find(symbol)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "%s has no function %s: install CUDA 12 or 13 and a driver for it"
                        .formatted(name, symbol)));
    return Linker.nativeLinker().downcallHandle(address, descriptor);
  }
}
