package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Square windows that tile a map, shifted up and to the left around its border ("Swin Transformer",
 * Liu et al., 2021, section 3.2).
 *
 * @param height H of the map
 * @param width W of the map
 * @param side of a window; divides H and W
 * @param shift by how much, 0 for not at all; less than the side
 */
public record Windows(int height, int width, int side, int shift) {

  /** Added to scores between tokens that only the shift has brought together. */
  private static final float APART = -100;

  public Windows {
    if (height % side != 0 || width % side != 0) {
      throw new IllegalArgumentException(
          "Windows of %d x %d do not tile a map of %d x %d".formatted(side, side, height, width));
    }
    if (shift < 0 || shift >= side) {
      throw new IllegalArgumentException(
          "Windows of %d x %d cannot be shifted by %d".formatted(side, side, shift));
    }
  }

  /** As the official block: one that the map's shorter side fits into shrinks to it, unshifted. */
  public static Windows of(int height, int width, int side, int shift) {
    int shorter = Math.min(height, width);
    return shorter <= side
        ? new Windows(height, width, shorter, 0)
        : new Windows(height, width, side, shift);
  }

  /** n, the number of windows. */
  int count() {
    return (height / side) * (width / side);
  }

  /** A map's tokens [B, H W, C] by windows, [B n, side^2, C]. */
  SDVariable cut(Scope scope, SDVariable x) {
    long channels = scope.shape(x)[2];
    SDVariable map = rolled(scope, x.reshape(-1, height, width, channels), shift);
    return map.reshape(-1, height / side, side, width / side, side, channels)
        .permute(0, 1, 3, 2, 4, 5)
        .reshape(-1, (long) side * side, channels);
  }

  /** The reverse of {@link #cut}. */
  SDVariable join(Scope scope, SDVariable x) {
    long channels = scope.shape(x)[2];
    SDVariable map =
        x.reshape(-1, height / side, width / side, side, side, channels)
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(-1, height, width, channels);
    return rolled(scope, map, -shift).reshape(-1, (long) height * width, channels);
  }

  /** Moves a map [B, H, W, C] up and to the left; what leaves it comes in on the other side. */
  private static SDVariable rolled(Scope scope, SDVariable map, int by) {
    return by == 0 ? map : rolled(scope, rolled(scope, map, 1, by), 2, by);
  }

  private static SDVariable rolled(Scope scope, SDVariable map, int axis, int by) {
    long length = scope.shape(map)[axis];
    long first = Math.floorMod(by, length);
    return scope
        .sd()
        .concat(
            axis,
            Tokens.range(scope, map, axis, first, length),
            Tokens.range(scope, map, axis, 0, first));
  }

  /**
   * What keeps tokens apart that the shift has brought together from opposite borders: [n, side^2,
   * side^2], 0 or -100.
   */
  INDArray mask() {
    int tokens = side * side;
    float[][][] mask = new float[count()][tokens][tokens];
    for (int window = 0; window < mask.length; window++) {
      for (int i = 0; i < tokens; i++) {
        for (int j = 0; j < tokens; j++) {
          mask[window][i][j] = region(window, i) == region(window, j) ? 0 : APART;
        }
      }
    }
    return Nd4j.createFromArray(mask);
  }

  /** Tokens of one region were neighbours before the shift. */
  private int region(int window, int token) {
    int perRow = width / side;
    int y = window / perRow * side + token / side;
    int x = window % perRow * side + token % side;
    return 3 * part(y, height) + part(x, width);
  }

  private int part(int place, int length) {
    if (place < length - side) {
      return 0;
    }
    return place < length - shift ? 1 : 2;
  }
}
