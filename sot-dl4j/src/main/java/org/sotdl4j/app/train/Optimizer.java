package org.sotdl4j.app.train;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Changes parameters by their gradients. What it keeps from step to step is arrays by name, so that
 * a checkpoint can hold it.
 */
public abstract sealed class Optimizer permits Adafactor, AdamFamily, Lion, RmsProp, Sgd {

  private static final String STEP = "step";

  private final SequencedMap<String, INDArray> state = new LinkedHashMap<>();

  Optimizer() {
    state.put(STEP, Nd4j.scalar(DataType.INT64, 0));
  }

  /**
   * Begins a step; the parameters follow one by one.
   *
   * @param gradients of all parameters that will follow
   */
  public final void nextStep(Collection<INDArray> gradients) {
    state.get(STEP).addi(1);
    begin(gradients);
  }

  /** Begins a step of an optimizer that looks at each parameter by itself. */
  public final void nextStep() {
    nextStep(List.of());
  }

  /** For an optimizer that must see all gradients before it changes a parameter. */
  void begin(Collection<INDArray> gradients) {}

  /**
   * Updates one parameter in place.
   *
   * @param name the parameter's name, the key of its state
   * @param parameter its values
   * @param gradient the loss's gradient by it, same shape
   * @param learningRate the step's learning rate
   * @param weightDecay the parameter's weight decay, 0 for those that are spared
   */
  public abstract void update(
      String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay);

  /**
   * The state: the arrays by name, as {@code exp_avg.blocks.0.attn.qkv.weight}, and {@code step}.
   */
  public final SequencedMap<String, INDArray> state() {
    return state;
  }

  /** Takes over a state that {@link #state()} gave. */
  public final void restore(SequencedMap<String, INDArray> saved) {
    saved.forEach((name, array) -> state.put(name, array.dup()));
  }

  /** Steps so far, the current one included. */
  final long step() {
    return state.get(STEP).getLong(0);
  }

  /** An array of the state, zero at first. */
  final INDArray kept(String kind, String name, INDArray like) {
    return state.computeIfAbsent(
        kind + "." + name, key -> Nd4j.create(like.dataType(), like.shape()));
  }

  /** The gradient with L2 regularisation: a copy that may be changed. */
  static INDArray decayed(INDArray gradient, INDArray parameter, double weightDecay) {
    INDArray copy = gradient.dup();
    return weightDecay == 0 ? copy : copy.addi(parameter.mul(weightDecay));
  }
}
