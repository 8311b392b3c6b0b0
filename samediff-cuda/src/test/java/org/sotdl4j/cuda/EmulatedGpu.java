package org.sotdl4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The CPU as a GPU: the same kernel texts, compiled by g++. */
final class EmulatedGpu implements Gpu {

  private static final FunctionDescriptor KERNEL =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);

  private static final FunctionDescriptor GEMM =
      FunctionDescriptor.ofVoid(
          JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG,
          JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /** What lies behind each allocation. */
  private static final byte FENCE = 77;

  private static final int FENCE_BYTES = 4096;

  private static final Map<String, MethodHandle> FUNCTIONS = new HashMap<>();

  private final Map<Long, Arena> arenas = new HashMap<>();
  private final Map<Long, MemorySegment> memory = new HashMap<>();

  @Override
  public String name() {
    return "emulated:0";
  }

  @Override
  public long freeBytes() {
    return 1L << 32;
  }

  /** Filled with NaN, so that reading what nobody wrote shows. */
  @Override
  public long allocate(long bytes) {
    Arena arena = Arena.ofConfined();
    MemorySegment segment = arena.allocate(bytes + FENCE_BYTES, 256);
    segment.asSlice(0, bytes).fill((byte) 0xff);
    segment.asSlice(bytes).fill(FENCE);
    arenas.put(segment.address(), arena);
    memory.put(segment.address(), segment);
    return segment.address();
  }

  @Override
  public void free(long address) {
    MemorySegment segment = memory.remove(address);
    for (long i = segment.byteSize() - FENCE_BYTES; i < segment.byteSize(); i++) {
      if (segment.get(JAVA_BYTE, i) != FENCE) {
        throw new AssertionError("A kernel has written behind its memory");
      }
    }
    arenas.remove(address).close();
  }

  @SuppressWarnings("restricted")
  private static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  @Override
  public void upload(MemorySegment from, long to) {
    at(to, from.byteSize()).copyFrom(from);
  }

  @Override
  public void download(long from, MemorySegment to) {
    to.copyFrom(at(from, to.byteSize()));
  }

  @Override
  public Runnable prepare(Step step, Arena keeps) {
    return switch (step) {
      case Clear(long address, long bytes) -> () -> at(address, bytes).fill((byte) 0);
      case Gemm gemm -> () -> multiply(gemm);
      case Launch launch -> launch(launch, keeps);
    };
  }

  private static void multiply(Gemm g) {
    try {
      function("gemm", GEMM)
          .invokeExact(
              g.size().batch(),
              g.size().m(),
              g.size().n(),
              g.size().k(),
              g.a().address(),
              g.a().transposed() ? 1 : 0,
              g.a().stride(),
              g.b().address(),
              g.b().transposed() ? 1 : 0,
              g.b().stride(),
              g.c(),
              g.bias());
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static Runnable launch(Launch launch, Arena keeps) {
    MethodHandle kernel = function("run_" + launch.kernel(), KERNEL);
    MemorySegment arguments = Arguments.of(launch.arguments(), keeps);
    return () -> {
      try {
        Launch.Blocks blocks = launch.blocks();
        int status =
            (int)
                kernel.invokeExact(blocks.x(), blocks.y(), blocks.z(), launch.threads(), arguments);
        if (status != 0) {
          throw new AssertionError("A barrier of %s waits in vain".formatted(launch.kernel()));
        }
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    };
  }

  @SuppressWarnings("restricted")
  private static synchronized MethodHandle function(String name, FunctionDescriptor descriptor) {
    return FUNCTIONS.computeIfAbsent(
        name,
        n -> {
          Path library =
              n.equals("gemm")
                  ? HostCompiler.gemm()
                  : HostCompiler.kernels(Unit.of(n.substring("run_".length())));
          MemorySegment address =
              SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow(n);
          return Linker.nativeLinker().downcallHandle(address, descriptor);
        });
  }

  @Override
  public Runnable together(List<Runnable> steps, Arena keeps) {
    return () -> steps.forEach(Runnable::run);
  }

  @Override
  public void synchronize() {
    // Each step is done when it returns.
  }

  @Override
  public void close() {
    // Programs have given back all memory.
  }
}
