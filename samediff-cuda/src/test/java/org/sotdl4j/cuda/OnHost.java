package org.sotdl4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Backends;
import org.sotdl4j.engine.Program;

/** Runs programs for a device and compares what they give with what the CPU says. */
final class OnHost {

  private OnHost() {}

  /** What a program gives for some inputs, when its graphs are made for a device. */
  static Map<String, INDArray> run(Gpu gpu, Supplier<Program> maker, Map<String, INDArray> inputs) {
    try (CudaBackend backend = new CudaBackend(gpu)) {
      Backends.use(backend);
      return run(maker, inputs);
    } finally {
      Backends.use((CudaBackend) null);
    }
  }

  static Map<String, INDArray> run(Supplier<Program> maker, Map<String, INDArray> inputs) {
    try (Program program = maker.get()) {
      Map<String, INDArray> copies = new LinkedHashMap<>();
      program.run(inputs).forEach((name, array) -> copies.put(name, array.dup()));
      return copies;
    }
  }

  /** All arrays are the same but for a share of the largest number in each. */
  static void assertClose(
      Map<String, INDArray> actual, Map<String, INDArray> expected, double tolerance) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    List<String> others = new ArrayList<>();
    expected.forEach((name, array) -> {
      assertThat(actual.get(name).shape()).as(name).isEqualTo(array.shape());
      double largest = Math.max(1e-3, array.amaxNumber().doubleValue());
      double difference = actual.get(name).sub(array).amaxNumber().doubleValue();
      if (!(difference <= tolerance * largest)) {
        others.add("%s: %g of %g".formatted(name, difference, largest));
      }
    });
    assertThat(others).isEmpty();
  }
}
