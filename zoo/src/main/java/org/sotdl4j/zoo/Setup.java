package org.sotdl4j.zoo;

/**
 * What a user may change on any model.
 *
 * @param imageSize side of the square input, pixels
 * @param channels colour channels of the input
 * @param classes K, the number of classes
 * @param drop dropout rate of tokens and MLPs
 * @param attentionDrop dropout rate of the weights of attention
 * @param dropPath stochastic depth of the deepest block; it grows linearly from 0
 */
public record Setup(
    int imageSize, int channels, int classes, double drop, double attentionDrop, double dropPath) {

  /** The largest picture that options accept; beyond it sizes soon overflow memory. */
  public static final int MAX_IMAGE_SIZE = 8192;

  /** The most classes that options accept. */
  public static final int MAX_CLASSES = 1_000_000;

  /** Colour pictures of 224 pixels, the 1,000 classes of ImageNet, no dropping. */
  public static final Setup IMAGENET = of(224, 3, 1000);

  /** Without dropping. */
  public static Setup of(int imageSize, int channels, int classes) {
    return new Setup(imageSize, channels, classes, 0, 0, 0);
  }

  public Setup withImageSize(int size) {
    return new Setup(size, channels, classes, drop, attentionDrop, dropPath);
  }

  public Setup withChannels(int number) {
    return new Setup(imageSize, number, classes, drop, attentionDrop, dropPath);
  }

  public Setup withClasses(int number) {
    return new Setup(imageSize, channels, number, drop, attentionDrop, dropPath);
  }

  public Setup withDrop(double rate) {
    return new Setup(imageSize, channels, classes, rate, attentionDrop, dropPath);
  }

  public Setup withAttentionDrop(double rate) {
    return new Setup(imageSize, channels, classes, drop, rate, dropPath);
  }

  public Setup withDropPath(double rate) {
    return new Setup(imageSize, channels, classes, drop, attentionDrop, rate);
  }
}
