package org.sotdl4j.layers;

/** One linear projection of each patch. */
public record PatchTokens(int patch) implements TokenStyle {

  @Override
  public Layer embedding(int imageSize, int channels, int dim) {
    if (imageSize % patch != 0) {
      throw new IllegalArgumentException(
          "Patches of %d pixels do not divide a picture of %d".formatted(patch, imageSize));
    }
    return new PatchEmbed(channels, dim, patch);
  }
}
