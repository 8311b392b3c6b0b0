package org.sotdl4j.layers;

/**
 * SoT's "naive linear" tokens: one linear projection of each of 14x14 patches. What the patches
 * leave over at the right and at the bottom is not seen, as in the released code.
 *
 * <p>State: {@code tokens.proj}.
 */
public record LinearTokens() implements TokenStyle {

  private static final int GRID = 14;

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    if (imageSize < GRID) {
      throw new IllegalArgumentException(
          "The linear token embedding needs pictures of at least %d pixels, not %d"
              .formatted(GRID, imageSize));
    }
    PatchEmbed patches = new PatchEmbed(channels, dim, imageSize / GRID);
    return (scope, x) -> scope.call("tokens", patches, x);
  }
}
