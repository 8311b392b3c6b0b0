package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.value;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.sotdl4j.cuda.Launch.Argument;
import org.sotdl4j.cuda.Launch.Blocks;

/**
 * A step of AdamW on all parameters in one launch. The kernel reads where they lie from a table.
 *
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of their squares
 * @param eps added to the root of the latter
 * @param step from 1
 */
record AdamWStep(double beta1, double beta2, double eps, int step) {

  private static final int THREADS = 256;
  private static final int BLOCKS = 64;

  /** Bytes of the kernel's {@code struct Tensor}. */
  private static final long TENSOR = 48;

  /**
   * A parameter on the device, with what belongs to it.
   *
   * @param rate the learning rate
   * @param decay the weight decay
   */
  record Tensor(
      Buffer parameter, Buffer gradient, Buffer mean, Buffer square, double rate, double decay) {}

  /** The table of the tensors, to be copied to the device. */
  MemorySegment table(List<Tensor> tensors, Arena arena) {
    MemorySegment table = arena.allocate(TENSOR * tensors.size(), Long.BYTES);
    for (int i = 0; i < tensors.size(); i++) {
      Tensor tensor = tensors.get(i);
      MemorySegment row = table.asSlice(i * TENSOR, TENSOR);
      row.set(ValueLayout.JAVA_LONG, 0, tensor.parameter.address());
      row.set(ValueLayout.JAVA_LONG, 8, tensor.gradient.address());
      row.set(ValueLayout.JAVA_LONG, 16, tensor.mean.address());
      row.set(ValueLayout.JAVA_LONG, 24, tensor.square.address());
      row.set(ValueLayout.JAVA_LONG, 32, tensor.parameter.length());
      row.set(ValueLayout.JAVA_FLOAT, 40, (float) (1 - tensor.rate * tensor.decay));
      row.set(ValueLayout.JAVA_FLOAT, 44, (float) (tensor.rate / (1 - Math.pow(beta1, step))));
    }
    return table;
  }

  /**
   * The launch.
   *
   * @param table where the table lies on the device
   * @param count its tensors
   */
  Launch launch(long table, int count) {
    return new Launch(
        "adamw",
        new Blocks(BLOCKS, count, 1),
        THREADS,
        List.of(
            new Argument.Address(table),
            value((float) beta1),
            value((float) beta2),
            value((float) (1 - beta1)),
            value((float) (1 - beta2)),
            value((float) eps),
            value((float) Math.sqrt(1 - Math.pow(beta2, step)))));
  }
}
