package org.sotdl4j.datasets;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures for one step. Close it to free the native memory at once.
 *
 * @param number of the batch within the epoch, from 0; to resume behind it, begin with the next
 * @param images [B, 3, H, W] float
 * @param labels [B]
 * @param indices [B] of the pictures in the data set
 */
@SuppressWarnings("ArrayRecordComponent")
public record Batch(int number, INDArray images, int[] labels, int[] indices)
    implements AutoCloseable {

  @Override
  public void close() {
    if (images.closeable() && !images.wasClosed()) {
      images.close();
    }
  }
}
