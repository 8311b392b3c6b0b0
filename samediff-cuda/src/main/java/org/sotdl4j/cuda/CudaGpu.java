package org.sotdl4j.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An NVIDIA GPU. */
final class CudaGpu implements Gpu {

  private final Driver driver;
  private final Nvrtc nvrtc;
  private final CublasLt cublas;
  private final KernelCache cache = KernelCache.ofUser();
  private final Map<String, Long> modules = new HashMap<>();
  private final String name;
  private final int device;
  private final long context;
  private final long stream;
  private final String target;
  private final long workspace;
  private Thread user;

  /**
   * @throws CudaException if the GPU cannot be used
   */
  CudaGpu(Driver driver, Nvrtc nvrtc, NativeLibrary cublasLt, int index) {
    this.driver = driver;
    this.nvrtc = nvrtc;
    this.device = driver.device(index);
    this.name = "cuda:" + index;
    this.target = nvrtc.target(driver.capability(device));
    this.context = driver.retainContext(device);
    attach();
    this.stream = driver.newStream();
    this.cublas = CublasLt.open(cublasLt);
    this.workspace = driver.allocate(CublasLt.WORKSPACE_BYTES);
    if (workspace == 0) {
      throw new CudaException("%s has no %d bytes free".formatted(name, CublasLt.WORKSPACE_BYTES));
    }
  }

  /** A context belongs to threads: the one that calls gets it. */
  private void attach() {
    if (!Thread.currentThread().equals(user)) {
      driver.makeCurrent(context);
      user = Thread.currentThread();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long freeBytes() {
    attach();
    return driver.freeBytes();
  }

  @Override
  public long allocate(long bytes) {
    attach();
    return driver.allocate(bytes);
  }

  @Override
  public void free(long address) {
    attach();
    driver.free(address);
  }

  @Override
  public void upload(MemorySegment from, long to) {
    attach();
    driver.upload(from, to, stream);
  }

  @Override
  public void download(long from, MemorySegment to) {
    attach();
    driver.download(from, to, stream);
  }

  @Override
  public Runnable prepare(Step step, Arena keeps) {
    attach();
    return switch (step) {
      case Clear(long address, long bytes) ->
          () -> {
            attach();
            driver.clear(address, bytes, stream);
          };
      case Gemm gemm -> {
        Runnable product = cublas.prepare(gemm, workspace, stream, keeps);
        yield () -> {
          attach();
          product.run();
        };
      }
      case Launch launch -> {
        long kernel = driver.kernel(module(Unit.of(launch.kernel())), launch.kernel());
        MemorySegment arguments = Arguments.of(launch.arguments(), keeps);
        yield () -> {
          attach();
          driver.launch(kernel, launch, arguments, stream);
        };
      }
    };
  }

  @Override
  @SuppressWarnings("restricted")
  public Runnable together(List<Runnable> steps, Arena keeps) {
    attach();
    long graph = driver.capture(() -> steps.forEach(Runnable::run), stream);
    var _ = MemorySegment.ofAddress(graph).reinterpret(keeps, _ -> driver.destroyGraph(graph));
    return () -> {
      attach();
      driver.launchGraph(graph, stream);
    };
  }

  private long module(Unit unit) {
    return modules.computeIfAbsent(unit.name(), _ -> load(unit));
  }

  private long load(Unit unit) {
    byte[] image =
        cache.get(
            unit,
            "nvrtc%s-%s".formatted(nvrtc.version(), target),
            () -> nvrtc.compile(unit, target));
    try (Arena temporary = Arena.ofConfined()) {
      return driver.loadModule(temporary.allocateFrom(JAVA_BYTE, image));
    }
  }

  @Override
  public void synchronize() {
    attach();
    driver.synchronize(stream);
  }

  @Override
  public void close() {
    attach();
    driver.free(workspace);
    driver.destroyStream(stream);
    cublas.close();
    driver.releaseContext(device);
  }
}
