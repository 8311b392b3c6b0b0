package org.sotdl4j.app.train;

import java.util.SequencedMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Changes parameters by their gradients. Its state is arrays by name, so a checkpoint can hold it.
 */
public sealed interface Optimizer permits AdamW, Sgd {

  /** Begins a step; the parameters follow one by one. */
  void nextStep();

  /**
   * Updates one parameter in place.
   *
   * @param name the parameter's name, the key of its state
   * @param parameter its values
   * @param gradient the loss's gradient by it, same shape
   * @param learningRate the step's learning rate
   * @param weightDecay the parameter's weight decay, 0 for those that are spared
   */
  void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay);

  /**
   * The state: the arrays by name, as {@code exp_avg.blocks.0.attn.qkv.weight}, and {@code step}.
   */
  SequencedMap<String, INDArray> state();

  /** Takes over a state that {@link #state()} gave. */
  void restore(SequencedMap<String, INDArray> state);
}
