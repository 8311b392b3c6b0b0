package org.sotdl4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** What we use of CUDA's driver API. */
final class Driver {

  private static final int OUT_OF_MEMORY = 2;
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int NAME_BYTES = 256;

  /** Other threads may do what they like while one records. */
  private static final int CAPTURE_OF_THREAD = 1;

  private final Functions cuda;

  private Driver(NativeLibrary library) {
    this.cuda = new Functions(library, "The GPU's driver", status -> explain(library, status));
    cuda.check("start", () -> (int) cuda.get("cuInit", JAVA_INT).invokeExact(0));
  }

  /**
   * The driver, where there is one.
   *
   * @throws CudaException if it finds no GPU
   */
  static Optional<Driver> find() {
    return NativeLibrary.find(List.of("libcuda.so.1"), List.of("nvcuda.dll")).map(Driver::new);
  }

  private static String explain(NativeLibrary library, int status) {
    Functions functions = new Functions(library, "", Integer::toString);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ADDRESS);
      int found =
          Functions.status(() ->
              (int) functions.get("cuGetErrorString", JAVA_INT, ADDRESS).invokeExact(status, text));
      return found == 0 ? string(text.get(ADDRESS, 0)) : "unknown error";
    }
  }

  @SuppressWarnings("restricted")
  private static String string(MemorySegment address) {
    return address.reinterpret(Integer.MAX_VALUE).getString(0);
  }

  private int integer(String work, String function, int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      cuda.check(
          work, () -> (int) cuda.get(function, ADDRESS, JAVA_INT).invokeExact(value, device));
      return value.get(JAVA_INT, 0);
    }
  }

  int deviceCount() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      cuda.check(
          "count the GPUs", () -> (int) cuda.get("cuDeviceGetCount", ADDRESS).invokeExact(count));
      return count.get(JAVA_INT, 0);
    }
  }

  int device(int index) {
    return integer("find the GPU", "cuDeviceGet", index);
  }

  String deviceName(int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(JAVA_BYTE, NAME_BYTES);
      cuda.check(
          "tell the GPU's name",
          () ->
              (int)
                  cuda.get("cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT)
                      .invokeExact(name, NAME_BYTES, device));
      return name.getString(0);
    }
  }

  /** Its compute capability, 90 for 9.0. */
  int capability(int device) {
    return 10 * attribute(CAPABILITY_MAJOR, device) + attribute(CAPABILITY_MINOR, device);
  }

  private int attribute(int attribute, int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      cuda.check(
          "describe the GPU",
          () ->
              (int)
                  cuda.get("cuDeviceGetAttribute", ADDRESS, JAVA_INT, JAVA_INT)
                      .invokeExact(value, attribute, device));
      return value.get(JAVA_INT, 0);
    }
  }

  /** The context that all programs of a process share. */
  long retainContext(int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment context = arena.allocate(JAVA_LONG);
      cuda.check(
          "open the GPU",
          () ->
              (int)
                  cuda.get("cuDevicePrimaryCtxRetain", ADDRESS, JAVA_INT)
                      .invokeExact(context, device));
      return context.get(JAVA_LONG, 0);
    }
  }

  void releaseContext(int device) {
    cuda.check(
        "close the GPU",
        () -> (int) cuda.get("cuDevicePrimaryCtxRelease_v2", JAVA_INT).invokeExact(device));
  }

  void makeCurrent(long context) {
    cuda.check(
        "use the GPU", () -> (int) cuda.get("cuCtxSetCurrent", JAVA_LONG).invokeExact(context));
  }

  long newStream() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stream = arena.allocate(JAVA_LONG);
      cuda.check(
          "make a stream",
          () -> (int) cuda.get("cuStreamCreate", ADDRESS, JAVA_INT).invokeExact(stream, 1));
      return stream.get(JAVA_LONG, 0);
    }
  }

  void destroyStream(long stream) {
    cuda.check(
        "end a stream", () -> (int) cuda.get("cuStreamDestroy_v2", JAVA_LONG).invokeExact(stream));
  }

  void synchronize(long stream) {
    cuda.check(
        "run what it was given",
        () -> (int) cuda.get("cuStreamSynchronize", JAVA_LONG).invokeExact(stream));
  }

  long freeBytes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(JAVA_LONG);
      MemorySegment total = arena.allocate(JAVA_LONG);
      cuda.check(
          "tell the free memory",
          () -> (int) cuda.get("cuMemGetInfo_v2", ADDRESS, ADDRESS).invokeExact(free, total));
      return free.get(JAVA_LONG, 0);
    }
  }

  /** Memory of the GPU; 0 if there is not so much. */
  long allocate(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(JAVA_LONG);
      int status =
          Functions.status(() ->
              (int) cuda.get("cuMemAlloc_v2", ADDRESS, JAVA_LONG).invokeExact(address, bytes));
      if (status == OUT_OF_MEMORY) {
        return 0;
      }
      cuda.check("give memory", () -> status);
      return address.get(JAVA_LONG, 0);
    }
  }

  void free(long address) {
    cuda.check(
        "take memory back", () -> (int) cuda.get("cuMemFree_v2", JAVA_LONG).invokeExact(address));
  }

  /** From ordinary memory, which is read before this returns. */
  void upload(MemorySegment from, long to, long stream) {
    cuda.check(
        "copy to the GPU",
        () ->
            (int)
                cuda.get("cuMemcpyHtoDAsync_v2", JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG)
                    .invokeExact(to, from, from.byteSize(), stream));
  }

  void download(long from, MemorySegment to, long stream) {
    cuda.check(
        "copy from the GPU",
        () ->
            (int)
                cuda.get("cuMemcpyDtoHAsync_v2", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG)
                    .invokeExact(to, from, to.byteSize(), stream));
  }

  void clear(long address, long bytes, long stream) {
    cuda.check(
        "clear memory",
        () ->
            (int)
                cuda.get("cuMemsetD8Async", JAVA_LONG, JAVA_BYTE, JAVA_LONG, JAVA_LONG)
                    .invokeExact(address, (byte) 0, bytes, stream));
  }

  /**
   * What is started on a stream meanwhile, as a graph that can be started at once; nothing of it
   * runs yet.
   */
  long capture(Runnable work, long stream) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment graph = arena.allocate(JAVA_LONG);
      MemorySegment made = arena.allocate(JAVA_LONG);
      cuda.check(
          "record a graph",
          () ->
              (int)
                  cuda.get("cuStreamBeginCapture_v2", JAVA_LONG, JAVA_INT)
                      .invokeExact(stream, CAPTURE_OF_THREAD));
      work.run();
      cuda.check(
          "record a graph",
          () ->
              (int) cuda.get("cuStreamEndCapture", JAVA_LONG, ADDRESS).invokeExact(stream, graph));
      long recorded = graph.get(JAVA_LONG, 0);
      cuda.check(
          "make a graph",
          () ->
              (int)
                  cuda.get("cuGraphInstantiateWithFlags", ADDRESS, JAVA_LONG, JAVA_LONG)
                      .invokeExact(made, recorded, 0L));
      cuda.check(
          "forget a graph",
          () -> (int) cuda.get("cuGraphDestroy", JAVA_LONG).invokeExact(recorded));
      return made.get(JAVA_LONG, 0);
    }
  }

  void launchGraph(long graph, long stream) {
    cuda.check(
        "start a graph",
        () -> (int) cuda.get("cuGraphLaunch", JAVA_LONG, JAVA_LONG).invokeExact(graph, stream));
  }

  void destroyGraph(long graph) {
    cuda.check(
        "end a graph", () -> (int) cuda.get("cuGraphExecDestroy", JAVA_LONG).invokeExact(graph));
  }

  /** Compiled kernels; the image may be gone afterwards. */
  long loadModule(MemorySegment image) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment module = arena.allocate(JAVA_LONG);
      cuda.check(
          "load kernels",
          () -> (int) cuda.get("cuModuleLoadData", ADDRESS, ADDRESS).invokeExact(module, image));
      return module.get(JAVA_LONG, 0);
    }
  }

  long kernel(long module, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment function = arena.allocate(JAVA_LONG);
      MemorySegment text = arena.allocateFrom(name);
      cuda.check(
          "find the kernel " + name,
          () ->
              (int)
                  cuda.get("cuModuleGetFunction", ADDRESS, JAVA_LONG, ADDRESS)
                      .invokeExact(function, module, text));
      return function.get(JAVA_LONG, 0);
    }
  }

  /**
   * Starts a kernel.
   *
   * @param arguments see {@link Arguments}
   */
  void launch(long kernel, Launch launch, MemorySegment arguments, long stream) {
    Launch.Blocks blocks = launch.blocks();
    cuda.check(
        "start the kernel " + launch.kernel(),
        () ->
            (int)
                cuda.get(
                        "cuLaunchKernel",
                        JAVA_LONG,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_LONG,
                        ADDRESS,
                        ADDRESS)
                    .invokeExact(
                        kernel,
                        blocks.x(),
                        blocks.y(),
                        blocks.z(),
                        launch.threads(),
                        1,
                        1,
                        0,
                        stream,
                        arguments,
                        MemorySegment.NULL));
  }
}
