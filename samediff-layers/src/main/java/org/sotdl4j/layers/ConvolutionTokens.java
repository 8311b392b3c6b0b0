package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What the T2T-ViT paper compares its module with (T2T-ViTc): three convolutions with the windows
 * of the soft splits, without activations between them. Official file: {@code models/t2t_vit.py},
 * which defines them but cannot run them.
 *
 * <p>State: {@code soft_split0}, {@code soft_split1}, {@code project}, as the official names are.
 *
 * @param tokenDim channels between the convolutions
 */
public record ConvolutionTokens(int tokenDim) implements TokenStyle {

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    return (scope, image) -> {
      SDVariable y =
          scope.call("soft_split0", new Conv2d(channels, tokenDim, 7, 4, 2, true), image);
      y = scope.call("soft_split1", new Conv2d(tokenDim, tokenDim, 3, 2, 1, true), y);
      y = scope.call("project", new Conv2d(tokenDim, dim, 3, 2, 1, true), y);
      return Tokens.of(scope, y);
    };
  }
}
