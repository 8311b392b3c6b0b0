package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Super token attention: the pixels of a map are gathered into a coarse grid of super tokens by a
 * sparse association, those are refined, and spread over the pixels by the same association. [B, C,
 * H, W] to the same. Official file: {@code models/stvit.py}, {@code StokenAttention}; "Vision
 * transformer with super token sampling" (Huang et al., 2023).
 *
 * <p>A pixel belongs to the nine super tokens around its cell, to shares that are the softmax of
 * scaled products. The shares are a constant in the backward pass. Super tokens beyond the border
 * count with product 0, and what they take is lost. Where the cells do not divide the map, zeros at
 * its right and bottom take part like pixels. With cells of one pixel the refinement works on the
 * pixels themselves.
 *
 * <p>State: {@code unfold.weights}, {@code fold.weights} (frozen, see {@link Neighbours}), {@code
 * stoken_refine}. Activations: the shares of iteration i as {@code association.i}.
 *
 * <p>S is the number of super tokens, P that of the pixels in a cell.
 *
 * @param dim C
 * @param cellHeight pixels of a cell from top to bottom
 * @param cellWidth pixels of a cell from left to right
 * @param iterations how often the association is computed, each time from the super tokens of the
 *     time before
 * @param refinement of the super tokens
 */
public record SuperTokenAttention(
    int dim, int cellHeight, int cellWidth, int iterations, SuperTokenRefinement refinement)
    implements Layer {

  private static final double EPS = 1e-12;

  public SuperTokenAttention {
    if (iterations < 1) {
      throw new IllegalArgumentException("Super tokens need at least one iteration");
    }
  }

  /**
   * The cells of a map.
   *
   * @param rows of super tokens
   * @param columns of super tokens
   * @param height of the map, pixels
   * @param width of the map, pixels
   */
  record Grid(long rows, long columns, long height, long width) {}

  /**
   * Which pixel belongs to which super token.
   *
   * @param shares of each pixel's nine super tokens, [B, S, P, 9]
   * @param sums what each super token gets of all pixels together, [B, 1, rows, columns]
   */
  record Association(SDVariable shares, SDVariable sums) {}

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    if (cellHeight == 1 && cellWidth == 1) {
      new Neighbours(scope).declare();
      return scope.call("stoken_refine", refinement, x);
    }
    Grid grid = grid(scope, x);
    SDVariable cells = cells(scope, grid, x);
    SDVariable constant = new StopGradient(scope.sd(), cells).outputVariable();
    return mix(scope, grid, cells, associate(scope, grid, constant));
  }

  Grid grid(Scope scope, SDVariable x) {
    long[] shape = scope.shape(x);
    return new Grid(
        Math.ceilDiv(shape[2], cellHeight), Math.ceilDiv(shape[3], cellWidth), shape[2], shape[3]);
  }

  /** The pixels by cells: [B, C, H, W] to [B, S, C, P]. */
  SDVariable cells(Scope scope, Grid grid, SDVariable x) {
    return padded(scope, grid, x)
        .reshape(-1, dim, grid.rows, cellHeight, grid.columns, cellWidth)
        .permute(0, 2, 4, 1, 3, 5)
        .reshape(-1, grid.rows * grid.columns, dim, (long) cellHeight * cellWidth);
  }

  /** The association of pixels with super tokens that are at first the means of the cells. */
  Association associate(Scope scope, Grid grid, SDVariable cells) {
    SDVariable means = cells.mean(true, 3).permute(0, 2, 1, 3); // [B, C, S, 1]
    SDVariable superTokens = means.reshape(-1, dim, grid.rows, grid.columns);
    Association association = associate(scope, grid, cells, superTokens);
    scope.remember("association.0", association.shares);
    for (int i = 1; i < iterations; i++) {
      association = associate(scope, grid, cells, gather(scope, grid, cells, association));
      scope.remember("association." + i, association.shares);
    }
    return association;
  }

  private Association associate(Scope scope, Grid grid, SDVariable cells, SDVariable superTokens) {
    Neighbours neighbours = new Neighbours(scope);
    SDVariable around = neighbours.gather(superTokens); // [B, S, C, 9]
    SDVariable products = scope.sd().mmul(cells, around, true, false, false); // [B, S, P, 9]
    SDVariable shares = scope.sd().nn.softmax(products.mul(Math.pow(dim, -0.5)), -1);
    return new Association(
        shares, neighbours.scatter(shares.sum(true, 2), grid.rows, grid.columns));
  }

  /** The super tokens as weighted means of their pixels, [B, C, rows, columns]. */
  private SDVariable gather(Scope scope, Grid grid, SDVariable cells, Association association) {
    SDVariable sums = scope.sd().mmul(cells, association.shares); // [B, S, C, 9]
    return new Neighbours(scope)
        .scatter(sums, grid.rows, grid.columns)
        .div(association.sums.add(EPS));
  }

  /** Gathers the pixels into super tokens, refines those and spreads them over the pixels. */
  SDVariable mix(Scope scope, Grid grid, SDVariable cells, Association association) {
    SDVariable superTokens = gather(scope, grid, cells, association);
    superTokens = scope.call("stoken_refine", refinement, superTokens);
    SDVariable around = new Neighbours(scope).gather(superTokens); // [B, S, C, 9]
    SDVariable y =
        scope
            .sd()
            .mmul(around, association.shares, false, true, false) // [B, S, C, P]
            .reshape(-1, grid.rows, grid.columns, dim, cellHeight, cellWidth)
            .permute(0, 3, 1, 4, 2, 5)
            .reshape(-1, dim, grid.rows * cellHeight, grid.columns * cellWidth);
    return cropped(scope, grid, y);
  }

  private SDVariable padded(Scope scope, Grid grid, SDVariable x) {
    if (divides(grid)) {
      return x;
    }
    long below = grid.rows * cellHeight - grid.height;
    long right = grid.columns * cellWidth - grid.width;
    var widths =
        Nd4j.createFromArray(new long[][] {{0, 0}, {0, 0}, {0, below}, {0, right}})
            .castTo(DataType.INT64);
    return scope.sd().nn.pad(x, scope.sd().constant(widths), 0);
  }

  private SDVariable cropped(Scope scope, Grid grid, SDVariable x) {
    if (divides(grid)) {
      return x;
    }
    // Masks leave batch and channels whole: bits 0 and 1.
    return scope
        .sd()
        .stridedSlice(
            x,
            new long[4],
            new long[] {0, 0, grid.height, grid.width},
            new long[] {1, 1, 1, 1},
            0b11,
            0b11,
            0,
            0,
            0);
  }

  private boolean divides(Grid grid) {
    return grid.rows * cellHeight == grid.height && grid.columns * cellWidth == grid.width;
  }
}
