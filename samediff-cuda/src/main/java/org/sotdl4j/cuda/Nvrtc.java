package org.sotdl4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** NVIDIA's compiler of CUDA C++ at run time. */
final class Nvrtc {

  private final Functions nvrtc;

  private Nvrtc(NativeLibrary library) {
    this.nvrtc = Functions.of(library, "NVRTC", "nvrtcGetErrorString");
  }

  /** The newest one of CUDA 12 or 13 that is there. */
  static Optional<Nvrtc> find() {
    return NativeLibrary.find(
            List.of("libnvrtc.so.13", "libnvrtc.so.12"),
            List.of("nvrtc64_130_0.dll", "nvrtc64_120_0.dll"))
        .map(Nvrtc::new);
  }

  /** Its version, such as 13.0. */
  String version() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment major = arena.allocate(JAVA_INT);
      MemorySegment minor = arena.allocate(JAVA_INT);
      nvrtc.check(
          "tell its version",
          () -> (int) nvrtc.get("nvrtcVersion", ADDRESS, ADDRESS).invokeExact(major, minor));
      return "%d.%d".formatted(major.get(JAVA_INT, 0), minor.get(JAVA_INT, 0));
    }
  }

  /** The compute capabilities for which it makes machine code. */
  private int[] architectures() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      nvrtc.check(
          "count its targets",
          () -> (int) nvrtc.get("nvrtcGetNumSupportedArchs", ADDRESS).invokeExact(count));
      MemorySegment all = arena.allocate(JAVA_INT, count.get(JAVA_INT, 0));
      nvrtc.check(
          "list its targets",
          () -> (int) nvrtc.get("nvrtcGetSupportedArchs", ADDRESS).invokeExact(all));
      return all.toArray(JAVA_INT);
    }
  }

  /**
   * What to compile for a GPU: its machine code, or, where the compiler is older than the GPU, the
   * newest PTX that it knows, which the driver compiles.
   *
   * @param capability 90 for 9.0
   */
  String target(int capability) {
    int[] known = architectures();
    return Arrays.stream(known).anyMatch(a -> a == capability)
        ? "sm_" + capability
        : "compute_" + Arrays.stream(known).filter(a -> a < capability).max().orElse(capability);
  }

  /**
   * Compiles a unit.
   *
   * @param target see {@link #target}
   * @throws CudaException with what the compiler says, if it does not take the text
   */
  byte[] compile(Unit unit, String target) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(JAVA_LONG);
      MemorySegment source = arena.allocateFrom(unit.source());
      MemorySegment name = arena.allocateFrom(unit.name() + ".cu");
      nvrtc.check(
          "take " + unit.name(),
          () ->
              (int)
                  nvrtc
                      .get(
                          "nvrtcCreateProgram",
                          ADDRESS,
                          ADDRESS,
                          ADDRESS,
                          JAVA_INT,
                          ADDRESS,
                          ADDRESS)
                      .invokeExact(
                          handle, source, name, 0, MemorySegment.NULL, MemorySegment.NULL));
      long program = handle.get(JAVA_LONG, 0);
      try {
        return compile(unit, target, program, arena);
      } finally {
        nvrtc.check(
            "forget " + unit.name(),
            () -> (int) nvrtc.get("nvrtcDestroyProgram", ADDRESS).invokeExact(handle));
      }
    }
  }

  private byte[] compile(Unit unit, String target, long program, Arena arena) {
    MemorySegment options = arena.allocate(ADDRESS, 2);
    options.setAtIndex(ADDRESS, 0, arena.allocateFrom("--gpu-architecture=" + target));
    options.setAtIndex(ADDRESS, 1, arena.allocateFrom("--std=c++17"));
    int status =
        Functions.status(() ->
            (int)
                nvrtc
                    .get("nvrtcCompileProgram", JAVA_LONG, JAVA_INT, ADDRESS)
                    .invokeExact(program, 2, options));
    if (status != 0) {
      byte[] log = bytes("nvrtcGetProgramLogSize", "nvrtcGetProgramLog", program, arena);
      throw new CudaException(
          "NVRTC does not compile %s: %s".formatted(unit.name(), new String(log, UTF_8).strip()));
    }
    return target.startsWith("sm_")
        ? bytes("nvrtcGetCUBINSize", "nvrtcGetCUBIN", program, arena)
        : bytes("nvrtcGetPTXSize", "nvrtcGetPTX", program, arena);
  }

  /** What a pair of functions tells of a program: a size, and so many bytes. */
  private byte[] bytes(String sizeFunction, String function, long program, Arena arena) {
    MemorySegment size = arena.allocate(JAVA_LONG);
    nvrtc.check(
        "give what it made",
        () -> (int) nvrtc.get(sizeFunction, JAVA_LONG, ADDRESS).invokeExact(program, size));
    MemorySegment bytes = arena.allocate(JAVA_BYTE, size.get(JAVA_LONG, 0));
    nvrtc.check(
        "give what it made",
        () -> (int) nvrtc.get(function, JAVA_LONG, ADDRESS).invokeExact(program, bytes));
    return bytes.toArray(JAVA_BYTE);
  }
}
