package org.sotdl4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.AdamWKernel;
import org.sotdl4j.engine.Sweep;

class AdamWStepTest {

  private static final int STEP = 3;

  /** Two parameters of odd lengths, with rates and decays of their own. */
  @Test
  void itIsTheCpusStep() {
    assumeTrue(HostCompiler.isThere(), "g++, which stands in for NVRTC, is not on the PATH");
    AdamWStep adamW = new AdamWStep(0.9, 0.99, 1e-8, STEP);
    List<List<INDArray>> device = new ArrayList<>();
    List<List<INDArray>> host = new ArrayList<>();
    List<AdamWStep.Tensor> tensors = new ArrayList<>();
    double[] rates = {0.1, 0.02};
    double[] decays = {0, 0.3};
    for (int i = 0; i < rates.length; i++) {
      List<INDArray> arrays = new ArrayList<>();
      for (int k = 0; k < 4; k++) {
        arrays.add(Nd4j.rand(DataType.FLOAT, 1013 - 500 * i));
      }
      device.add(arrays);
      host.add(arrays.stream().map(INDArray::dup).toList());
      List<Buffer> buffers =
          arrays.stream()
              .map(a -> Buffer.floats(HostArray.segment(a).address(), a.shape()))
              .toList();
      tensors.add(
          new AdamWStep.Tensor(
              buffers.get(0), buffers.get(1), buffers.get(2), buffers.get(3), rates[i], decays[i]));
    }
    try (Arena arena = Arena.ofConfined();
        EmulatedGpu gpu = new EmulatedGpu()) {
      MemorySegment table = adamW.table(tensors, arena);
      gpu.prepare(adamW.launch(table.address(), tensors.size()), arena).run();
    }
    for (int i = 0; i < rates.length; i++) {
      List<INDArray> expected = host.get(i);
      Sweep sweep = new Sweep();
      new AdamWKernel(
              0.9,
              0.99,
              1e-8,
              1 - rates[i] * decays[i],
              rates[i] / (1 - Math.pow(0.9, STEP)),
              Math.sqrt(1 - Math.pow(0.99, STEP)))
          .add(sweep, expected.get(0), expected.get(1), expected.get(2), expected.get(3));
      sweep.run();
      for (int k = 0; k < 4; k++) {
        double difference = device.get(i).get(k).sub(expected.get(k)).amaxNumber().doubleValue();
        assertThat(difference).isLessThan(1e-6);
      }
    }
  }
}
