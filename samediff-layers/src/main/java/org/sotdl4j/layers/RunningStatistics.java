package org.sotdl4j.layers;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The running mean and variance of one batch norm and the graph's variables that hold the batch's
 * own. The graph computes, this record applies: {@code running = (1 - momentum) * running +
 * momentum * batch}, the variance unbiased, as PyTorch.
 *
 * @param path the layer's path; its buffers are {@code path.running_mean} and so on
 * @param mean the variable with the batch mean, shape [C]
 * @param variance the variable with the biased batch variance, shape [C]
 * @param valuesPerSample how many values of a channel one sample holds (H * W)
 * @param momentum the weight of the new batch
 */
public record RunningStatistics(
    String path, String mean, String variance, long valuesPerSample, double momentum) {

  /** Updates the buffers in place from what a step computed. */
  public void update(Parameters parameters, Map<String, INDArray> outputs, long batch) {
    double n = batch * valuesPerSample;
    blend(parameters.get(path + ".running_mean"), outputs.get(mean), momentum);
    blend(
        parameters.get(path + ".running_var"),
        outputs.get(variance),
        momentum * n / Math.max(n - 1, 1));
    parameters.get(path + ".num_batches_tracked").addi(1);
  }

  private void blend(INDArray running, INDArray batch, double weight) {
    running.muli(1 - momentum).addi(batch.reshape(running.shape()).mul(weight));
  }
}
