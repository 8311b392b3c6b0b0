package org.sotdl4j.app.train;

import java.util.Optional;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.sotdl4j.engine.ArrayKernels;
import org.sotdl4j.engine.Sweep;

/**
 * Adafactor (Shazeer and Stern, 2018) with a given learning rate, as timm's: the mean of squared
 * gradients of a large matrix is kept as that of its rows and that of its columns.
 */
public final class Adafactor extends Optimizer {

  /** Sides that are larger than this are factored. */
  private static final long SMALL = 16;

  /** The paper's decay of the mean at step t is 1 - t^-0.8. */
  private static final double DECAY_POWER = -0.8;

  /** Bound of the step's root mean square. */
  private static final double CLIP = 1;

  private final OptionalDouble beta;
  private final double eps;

  /**
   * @param beta decay of the mean of steps; none to take the steps as they are
   * @param eps added to squared gradients
   */
  public Adafactor(OptionalDouble beta, double eps) {
    this.beta = beta;
    this.eps = eps;
  }

  /** The two axes of a tensor that are kept apart. */
  private record Axes(int column, int row) {}

  @Override
  void update(Change change, Sweep sweep) {
    double step = step();
    double forget = Math.pow(step, DECAY_POWER);
    INDArray squares = change.gradient().mul(change.gradient()).addi(eps);
    INDArray direction =
        axes(change.parameter().shape())
            .map(axes -> factoredRoot(change.name(), change.parameter(), squares, axes, forget))
            .orElseGet(() -> root(change.name(), change.parameter(), squares, forget))
            .rdivi(1)
            .muli(change.gradient());
    double rms = direction.norm2Number().doubleValue() / Math.sqrt((double) direction.length());
    direction.muli(change.learningRate() / Math.max(1, rms / CLIP));
    if (beta.isPresent()) {
      INDArray mean = kept("exp_avg", change);
      ArrayKernels.move(mean, direction, 1 - beta.getAsDouble());
      direction = mean;
    }
    change.parameter().muli(1 - change.weightDecay() * change.learningRate());
    change.parameter().subi(direction);
  }

  private INDArray root(String name, INDArray parameter, INDArray squares, double forget) {
    INDArray mean = kept("exp_avg_sq", name, parameter);
    ArrayKernels.move(mean, squares, forget);
    return Transforms.sqrt(mean, true);
  }

  private INDArray factoredRoot(
      String name, INDArray parameter, INDArray squares, Axes axes, double forget) {
    INDArray ofRows = squares.mean(true, axes.row());
    INDArray ofColumns = squares.mean(true, axes.column());
    INDArray rows = kept("exp_avg_sq_row", name, ofRows);
    INDArray columns = kept("exp_avg_sq_col", name, ofColumns);
    ArrayKernels.move(rows, ofRows, forget);
    ArrayKernels.move(columns, ofColumns, forget);
    long[] shape = parameter.shape();
    INDArray share = rows.div(rows.mean(true, axes.column()).broadcast(rows.shape()));
    INDArray product = share.broadcast(shape).mul(columns.broadcast(shape));
    return Transforms.sqrt(product, false);
  }

  /** The channels of a kernel, or the last two axes; none where those are small. */
  private static Optional<Axes> axes(long... shape) {
    int n = shape.length;
    if (n > 2 && shape[0] > SMALL && shape[1] > SMALL) {
      return Optional.of(new Axes(0, 1));
    }
    if (n >= 2 && shape[n - 2] > SMALL && shape[n - 1] > SMALL) {
      return Optional.of(new Axes(n - 2, n - 1));
    }
    return Optional.empty();
  }
}
