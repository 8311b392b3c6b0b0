package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * So-ViT's second-order pooling: the tokens are reduced by one or two branches (1x1 convolution,
 * batch norm, ReLU), and the covariance of the two is taken, or of the one with itself. [B, N, C]
 * to [B, p, q]. "So-ViT: Mind visual tokens for vision transformer" (Xie et al., 2021), section
 * 3.2; official file: {@code src/representation/covariance.py} of the older tree.
 *
 * <p>State: {@code conv_dr_block.0.0}, {@code conv_dr_block.0.1} and {@code conv_dr_block.1.0},
 * {@code conv_dr_block.1.1}; of one branch {@code conv_dr_block.0}, {@code conv_dr_block.1}.
 *
 * @param dim C
 * @param widths p and q; one of them for both; none to take the tokens as they are
 * @param removeMean whether each channel's mean over the tokens is subtracted
 */
public record ReducedCovariance(int dim, List<Integer> widths, boolean removeMean)
    implements Layer {

  public ReducedCovariance {
    if (widths.size() > 2) {
      throw new IllegalArgumentException("A covariance has two sides, not " + widths.size());
    }
    widths = List.copyOf(widths);
  }

  /** p. */
  public int rows() {
    return widths.isEmpty() ? dim : widths.getFirst();
  }

  /** q. */
  public int columns() {
    return widths.isEmpty() ? dim : widths.getLast();
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    var covariance =
        new Covariance(removeMean ? Covariance.Centering.PER_CHANNEL : Covariance.Centering.NONE);
    SDVariable map = x.permute(0, 2, 1).reshape(-1, dim, scope.shape(x)[1], 1);
    return switch (widths.size()) {
      case 0 -> covariance.cross(scope, x, x);
      case 1 -> {
        SDVariable y = branch(scope, "conv_dr_block", map, rows());
        yield covariance.cross(scope, y, y);
      }
      default ->
          covariance.cross(
              scope,
              branch(scope, "conv_dr_block.0", map, rows()),
              branch(scope, "conv_dr_block.1", map, columns()));
    };
  }

  private SDVariable branch(Scope scope, String name, SDVariable map, int width) {
    // Kaiming's normal initialisation by the number of outputs.
    Initializer initializer = Initializer.normal(Math.sqrt(2.0 / width));
    Conv2d projection = new Conv2d(dim, width, 1, 1, 0, false, initializer);
    return Tokens.of(
        scope, scope.sequential(name, map, projection, new BatchNorm2d(width), new Relu()));
  }
}
