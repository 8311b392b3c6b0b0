package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A learned bias for every offset between two tokens of a window ("Swin Transformer", Liu et al.,
 * 2021, equation 4). Official file: {@code models/swin_transformer.py}.
 *
 * <p>State: {@code relative_position_bias_table} [(2 H - 1) (2 W - 1), h], row by row from the
 * offset (1 - H, 1 - W) on; {@code relative_position_index} [N, N], the row of each pair of tokens,
 * which follows from H and W.
 *
 * @param height H of the window
 * @param width W of the window
 * @param heads h
 */
record RelativePositions(int height, int width, int heads) {

  private static final Initializer TABLE = Initializer.truncatedNormal(0.02);

  /** The bias of each head for each pair of tokens, [h, N, N] with N = H W. */
  SDVariable bias(Scope scope) {
    int rows = 2 * height - 1;
    int columns = 2 * width - 1;
    int tokens = height * width;
    scope.wholeNumbers(
        "relative_position_index",
        (array, random) -> array.assign(Nd4j.createFromArray(index())),
        tokens,
        tokens);
    SDVariable table =
        scope.parameter("relative_position_bias_table", TABLE, (long) rows * columns, heads);
    // Seen as a picture of offsets, the biases of token i are the H x W pixels from i's own place
    // on, backwards: no gather, whose gradient adds up in any order.
    SDVariable picture = table.permute(1, 0).reshape(heads, 1, rows, columns);
    SDVariable patches = scope.sd().cnn.im2Col(picture, patch()); // [h, 1, H, W, H, W]
    return scope.sd().reverse(patches, 2, 3).reshape(heads, tokens, tokens).permute(0, 2, 1);
  }

  /** The table's row for each pair of tokens. */
  private long[][] index() {
    int tokens = height * width;
    long[][] index = new long[tokens][tokens];
    for (int i = 0; i < tokens; i++) {
      for (int j = 0; j < tokens; j++) {
        int down = i / width - j / width + height - 1;
        int right = i % width - j % width + width - 1;
        index[i][j] = (long) down * (2 * width - 1) + right;
      }
    }
    return index;
  }

  private Conv2DConfig patch() {
    return Conv2DConfig.builder()
        .kH(height)
        .kW(width)
        .sH(1)
        .sW(1)
        .paddingMode(PaddingMode.VALID)
        .build();
  }
}
