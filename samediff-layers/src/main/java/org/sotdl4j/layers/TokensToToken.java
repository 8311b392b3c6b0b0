package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * T2T-ViT's tokens-to-token module: soft splits with overlap, between which the tokens attend to
 * each other and become a map again. "Tokens-to-Token ViT" (Yuan et al., 2021), section 3.1;
 * official file: {@code models/t2t_vit.py}.
 *
 * <p>State: {@code attention1}, {@code attention2}, ..., {@code project}.
 *
 * @param mixing how tokens attend to each other
 * @param tokenDim width of the tokens between the splits
 * @param splits the splits, at least one
 */
public record TokensToToken(TokenMixing mixing, int tokenDim, List<SoftSplit> splits)
    implements TokenStyle {

  /** With the splits of the paper, which leave a token for 16 x 16 pixels. */
  public TokensToToken(TokenMixing mixing, int tokenDim) {
    this(
        mixing,
        tokenDim,
        List.of(new SoftSplit(7, 4, 2), new SoftSplit(3, 2, 1), new SoftSplit(3, 2, 1)));
  }

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    int[] sides = new int[splits.size()];
    for (int i = 0; i < sides.length; i++) {
      sides[i] = splits.get(i).out(i == 0 ? imageSize : sides[i - 1]);
    }
    return (scope, image) -> {
      SDVariable tokens = split(scope, 0, image);
      for (int i = 1; i < sides.length; i++) {
        Layer attention = mixing.layer(width(scope, tokens), tokenDim);
        tokens = scope.call("attention" + i, attention, tokens);
        tokens = split(scope, i, Tokens.toMap(scope, tokens, sides[i - 1], sides[i - 1]));
      }
      return scope.call("project", new Linear(width(scope, tokens), dim), tokens);
    };
  }

  /** Split i of a map, as tokens [B, N, C]. */
  private SDVariable split(Scope scope, int i, SDVariable map) {
    return scope.call("soft_split" + i, splits.get(i), map).permute(0, 2, 1);
  }

  private static int width(Scope scope, SDVariable tokens) {
    return (int) scope.shape(tokens)[2];
  }
}
