package org.sotdl4j.engine;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A backend's device. */
record BackendHome(Backend backend) implements Home {

  /** Weights are not laid out anew: the passes that do so are made for the CPU. */
  @Override
  public List<Pass> passes(Use use) {
    return use == Use.TRAINING ? List.of() : List.of(RunningNorm::fuse);
  }

  @Override
  public long free() {
    return backend.freeBytes();
  }

  @Override
  public boolean has(long bytes) {
    return bytes <= free();
  }

  @Override
  public long bytes(StaticShapes shapes) {
    return shapes.areComplete() ? shapes.schedule(true).bytes() : shapes.bytes();
  }

  @Override
  public String shortage(long bytes, String what) {
    return String.format(
        Locale.ROOT,
        "%s needs %.2f GiB on %s, where %.2f GiB are free",
        what,
        bytes / 0x1p30,
        backend.name(),
        free() / 0x1p30);
  }

  @Override
  public Executable run(Use use, Graph graph, StaticShapes shapes, Map<String, INDArray> inputs) {
    if (!shapes.areComplete()) {
      throw new UnsupportedOperationException(
          "The graph has shapes that depend on the inputs' values, which %s cannot run; the CPU can"
              .formatted(backend.name()));
    }
    Executable executable = backend.prepare(shapes.schedule(use != Use.FROZEN));
    try {
      executable.run(inputs);
      return executable;
    } catch (RuntimeException | Error e) {
      executable.close();
      throw e;
    }
  }
}
