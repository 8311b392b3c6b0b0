package org.sotdl4j.zoo;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Fits learned positions to another picture size, as timm 1.0.29 does when it loads a checkpoint:
 * {@code layers/pos_embed.py}, {@code layers/pos_embed_rel.py}.
 *
 * <p>By name and rank, positions are
 *
 * <ul>
 *   <li>a {@code relative_position_bias_table} [(2 w - 1)^2, C], a value for each offset in a
 *       window of w x w;
 *   <li>a map [1, C, H, W];
 *   <li>tokens [1, p + n^2, C] on a grid of n x n, behind p others (none, class, distillation),
 *       which are kept.
 * </ul>
 */
public final class PositionResizing {

  private static final String RELATIVE_TABLE = "relative_position_bias_table";
  private static final int MAX_PREFIX = 2;

  private PositionResizing() {}

  /**
   * Resizes positions to a shape: relative ones geometrically, others by antialiased bicubic
   * interpolation.
   *
   * @param name the parameter's name
   * @param saved its saved values
   * @param newShape the shape that is needed
   * @return the resized values, of the same type; {@code saved} itself if it has that shape
   * @throws IllegalArgumentException if no resizing leads from one shape to the other: one sentence
   */
  public static INDArray resize(String name, INDArray saved, long... newShape) {
    Resampling resampling =
        name.endsWith(RELATIVE_TABLE) ? Resampling.GEOMETRIC : Resampling.ANTIALIASED_BICUBIC;
    return resize(name, saved, resampling, newShape);
  }

  /**
   * Resizes a table of relative positions as the official Swin does it: bicubic, all offsets alike.
   *
   * @throws IllegalArgumentException if no resizing leads from one shape to the other
   */
  public static INDArray bicubicTable(INDArray saved, long... newShape) {
    return resize(RELATIVE_TABLE, saved, Resampling.BICUBIC, newShape);
  }

  private static INDArray resize(
      String name, INDArray saved, Resampling resampling, long[] newShape) {
    if (Arrays.equals(saved.shape(), newShape)) {
      return saved;
    }
    Grid from = Grid.of(name, saved.shape()).orElseThrow(() -> misfit(name, saved, newShape));
    Grid to =
        Grid.of(name, newShape)
            .filter(g ->
                newShape.length == saved.rank()
                    && g.prefix == from.prefix
                    && g.channels == from.channels)
            .orElseThrow(() -> misfit(name, saved, newShape));
    INDArray values = saved.castTo(DataType.DOUBLE);
    if (saved.rank() == 4) {
      INDArray map = values.reshape(from.channels, from.height, from.width);
      return resampling.apply(map, to.height, to.width).castTo(saved.dataType()).reshape(newShape);
    }
    INDArray rows = values.reshape(from.prefix + from.area(), from.channels);
    INDArray map =
        rows(rows, from.prefix, rows.rows())
            .transpose()
            .reshape(from.channels, from.height, from.width);
    INDArray resized =
        resampling.apply(map, to.height, to.width).reshape(to.channels, to.area()).transpose();
    if (from.prefix > 0) {
      resized = Nd4j.concat(0, rows(rows, 0, from.prefix), resized);
    }
    return resized.castTo(saved.dataType()).reshape(newShape);
  }

  private static INDArray rows(INDArray matrix, int from, int to) {
    return matrix.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
  }

  private static IllegalArgumentException misfit(String name, INDArray saved, long[] newShape) {
    return new IllegalArgumentException(
        "The positions %s of shape %s cannot be resized to %s"
            .formatted(name, Arrays.toString(saved.shape()), Arrays.toString(newShape)));
  }

  /** What a shape of positions means. */
  private record Grid(int prefix, int height, int width, int channels) {

    static Optional<Grid> of(String name, long[] shape) {
      return switch (shape.length) {
        case 2 -> name.endsWith(RELATIVE_TABLE) ? table(shape) : Optional.empty();
        case 3 -> tokens(shape);
        case 4 ->
            shape[0] == 1
                ? Optional.of(new Grid(0, (int) shape[2], (int) shape[3], (int) shape[1]))
                : Optional.empty();
        default -> Optional.empty();
      };
    }

    private static Optional<Grid> table(long[] shape) {
      int side = side(shape[0]);
      return side % 2 == 1
          ? Optional.of(new Grid(0, side, side, (int) shape[1]))
          : Optional.empty();
    }

    private static Optional<Grid> tokens(long[] shape) {
      // Squares lie 3 or more apart, so at most one prefix leaves a square.
      for (int prefix = 0; shape[0] == 1 && prefix <= MAX_PREFIX; prefix++) {
        int side = side(shape[1] - prefix);
        if (side > 0) {
          return Optional.of(new Grid(prefix, side, side, (int) shape[2]));
        }
      }
      return Optional.empty();
    }

    /** The root of a square number, else 0. */
    private static int side(long area) {
      int side = (int) Math.sqrt((double) Math.max(area, 0));
      return (long) side * side == area ? side : 0;
    }

    private long area() {
      return (long) height * width;
    }
  }
}
