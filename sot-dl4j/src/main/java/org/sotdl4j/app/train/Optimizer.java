package org.sotdl4j.app.train;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Sweep;

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

  /** A step of all parameters. */
  public final void step(List<Change> changes) {
    state.get(STEP).addi(1);
    begin(changes.stream().map(Change::gradient).toList());
    Sweep sweep = new Sweep();
    changes.forEach(change -> update(change, sweep));
    sweep.run();
  }

  /** For an optimizer that must see all gradients before it changes a parameter. */
  void begin(Collection<INDArray> gradients) {}

  /** Updates a parameter in place, at once or in the sweep. */
  abstract void update(Change change, Sweep sweep);

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

  /** One like the parameter. */
  final INDArray kept(String kind, Change change) {
    return kept(kind, change.name(), change.parameter());
  }

  /** The gradient with L2 regularisation: a copy that may be changed. */
  static INDArray decayed(Change change) {
    INDArray copy = change.gradient().dup();
    double decay = change.weightDecay();
    return decay == 0 ? copy : copy.addi(change.parameter().mul(decay));
  }
}
