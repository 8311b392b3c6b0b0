package org.sotdl4j.layers;

/**
 * One linear projection of each patch.
 *
 * @param patch side of a patch, pixels
 * @param norm whether a layer norm follows, as in Swin
 */
public record PatchTokens(int patch, boolean norm) implements TokenStyle {

  public PatchTokens(int patch) {
    this(patch, false);
  }

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    if (imageSize % patch != 0) {
      throw new IllegalArgumentException(
          "Patches of %d pixels do not divide a picture of %d".formatted(patch, imageSize));
    }
    return new PatchEmbed(channels, dim, patch, norm);
  }
}
