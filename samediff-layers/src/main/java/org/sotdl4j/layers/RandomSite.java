package org.sotdl4j.layers;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A place in a train graph where randomness enters, as data: a placeholder that takes a mask of 0
 * (dropped) and 1 / (1 - rate) (kept).
 *
 * @param name the placeholder's name
 * @param rate the share that is dropped, in [0, 1)
 * @param shape the mask's shape; entry 0 is the batch and open (-1)
 */
public record RandomSite(String name, double rate, List<Long> shape) {

  private static final int UNUSED_BITS = 11; // of a long where a double is drawn
  private static final double STEPS = 0x1p53;
  private static final int PART = 4096;

  /** Draws the mask for a batch. */
  public INDArray mask(DataType type, int batch, RandomGenerator random) {
    long[] full = shape.stream().mapToLong(Long::longValue).toArray();
    full[0] = batch;
    // Straight into the array: those of attention would fill the heap.
    INDArray mask = Nd4j.createUninitialized(DataType.FLOAT, full);
    FloatBuffer values = mask.data().asNioFloat();
    float keep = (float) (1 / (1 - rate));
    long dropped = (long) Math.ceil(rate * STEPS); // of STEPS numbers; nextDouble() < rate
    float[] part = new float[Math.min(PART, values.remaining())];
    while (values.hasRemaining()) {
      int count = Math.min(part.length, values.remaining());
      for (int i = 0; i < count; i++) {
        part[i] = random.nextLong() >>> UNUSED_BITS < dropped ? 0 : keep;
      }
      values.put(part, 0, count);
    }
    return mask.castTo(type);
  }
}
