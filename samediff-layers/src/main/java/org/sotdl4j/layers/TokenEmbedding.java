package org.sotdl4j.layers;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * SoT's hierarchical token embedding: a stem (3x3 convolution, 3x3 max pooling of stride 2), stages
 * of off-the-shelf blocks, and a 1x1 convolution to the model's width. [B, in, H, W] to [B, N,
 * dim]. Official file: {@code sot_src/model/visualTokens.py}; "SoT: Delving deeper into
 * classification head for transformer", section 3.3.
 *
 * <p>State: {@code tokens.stem.0}, {@code tokens.stage.0}, ..., {@code tokens.transition}.
 *
 * @param in channels of the picture
 * @param tokenDim width of the stem
 * @param stages the blocks, applied one after the other
 * @param stageDim channels after the last stage
 * @param dim width of a token
 */
public record TokenEmbedding(int in, int tokenDim, List<Layer> stages, int stageDim, int dim)
    implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    SDVariable map = scope.call("tokens", this::map, x);
    return Tokens.of(scope, map);
  }

  private SDVariable map(Scope scope, SDVariable x) {
    SDVariable y =
        scope.sequential(
            "stem", x, new Conv2d(in, tokenDim, 3, 1, 1, true), new MaxPool2d(3, 2, 1));
    y = scope.sequential("stage", y, stages.toArray(Layer[]::new));
    return scope.call("transition", new Conv2d(stageDim, dim, 1, 1, 0, true), y);
  }
}
