package org.sotdl4j.layers;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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
    changes(parameters, outputs, batch)
        .forEach((name, change) -> parameters.get(name).addi(change));
  }

  /** What {@link #update} adds to each buffer, by its name. */
  public Map<String, INDArray> changes(
      Parameters parameters, Map<String, INDArray> outputs, long batch) {
    double n = batch * valuesPerSample;
    String runningMean = buffer("running_mean");
    String runningVariance = buffer("running_var");
    String count = buffer("num_batches_tracked");
    return Map.of(
        runningMean,
        change(parameters.get(runningMean), outputs.get(mean), momentum),
        runningVariance,
        change(
            parameters.get(runningVariance),
            outputs.get(variance),
            momentum * n / Math.max(n - 1, 1)),
        count,
        Nd4j.onesLike(parameters.get(count)));
  }

  private String buffer(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private INDArray change(INDArray running, INDArray batch, double weight) {
    return batch.reshape(running.shape()).mul(weight).subi(running.mul(momentum));
  }
}
