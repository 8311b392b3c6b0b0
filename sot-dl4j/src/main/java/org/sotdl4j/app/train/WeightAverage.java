package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.ArrayKernels;
import org.sotdl4j.engine.Sweep;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;

/**
 * The exponential moving average of a model's weights and running statistics (Polyak and Juditsky,
 * 1992; timm's {@code ModelEmaV2}); counters and constant tables are copied.
 */
public final class WeightAverage {

  private final Parameters average;
  private final double decay;

  /**
   * @param average where the average is kept
   * @param decay share of the average that stays in a step
   */
  WeightAverage(Parameters average, double decay) {
    this.average = average;
    this.decay = decay;
  }

  /** Begins anew at a model's weights. */
  void restart(Parameters model) {
    average.forEach(parameter -> parameter.array().assign(model.get(parameter.name())));
  }

  /** Moves the average towards a model's weights. */
  void update(Parameters model) {
    Sweep sweep = new Sweep();
    for (Parameter parameter : average) {
      INDArray array = parameter.array();
      INDArray value = model.get(parameter.name());
      boolean constant = parameter.role() == Parameter.Role.FROZEN;
      if (constant || !array.dataType().isFPType()) {
        array.assign(value);
      } else {
        ArrayKernels.move(sweep, array, value, 1 - decay);
      }
    }
    sweep.run();
  }
}
