package org.sotdl4j.datasets;

import java.awt.image.BufferedImage;

/**
 * An 8-bit colour picture, never altered after it is made; a grey picture has three equal channels.
 *
 * @param width W, in pixels
 * @param height H, in pixels
 * @param rgb [H, W, 3] row by row, each pixel red, green, blue from 0 to 255 (Java's bytes are
 *     signed: mask with 0xff). Not copied, so leave it alone
 */
@SuppressWarnings("ArrayRecordComponent")
public record Picture(int width, int height, byte[] rgb) {

  /** Channels of every picture. */
  public static final int CHANNELS = 3;

  public Picture {
    if (width < 1 || height < 1 || rgb.length != CHANNELS * width * height) {
      throw new IllegalArgumentException(
          "A picture of %d x %d pixels cannot have %d bytes".formatted(width, height, rgb.length));
    }
  }

  /**
   * The rectangle whose upper left corner is at (left, top). What lies outside this picture is
   * black.
   */
  public Picture crop(int left, int top, int cropWidth, int cropHeight) {
    byte[] out = new byte[CHANNELS * cropWidth * cropHeight];
    int from = Math.max(left, 0);
    int to = Math.min(left + cropWidth, width);
    for (int y = Math.max(top, 0); y < Math.min(top + cropHeight, height) && from < to; y++) {
      int source = CHANNELS * (y * width + from);
      int target = CHANNELS * ((y - top) * cropWidth + from - left);
      System.arraycopy(rgb, source, out, target, CHANNELS * (to - from));
    }
    return new Picture(cropWidth, cropHeight, out);
  }

  /** The picture as Java's own libraries draw and write it. */
  public BufferedImage image() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    int[] samples = new int[rgb.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = rgb[i] & 0xff;
    }
    image.getRaster().setPixels(0, 0, width, height, samples);
    return image;
  }

  /** The reverse; transparency is dropped. */
  public static Picture of(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    int[] argb = image.getRGB(0, 0, w, h, null, 0, w);
    byte[] rgb = new byte[CHANNELS * argb.length];
    for (int i = 0; i < argb.length; i++) {
      rgb[CHANNELS * i] = (byte) (argb[i] >> 16);
      rgb[CHANNELS * i + 1] = (byte) (argb[i] >> 8);
      rgb[CHANNELS * i + 2] = (byte) argb[i];
    }
    return new Picture(w, h, rgb);
  }

  /**
   * A picture from separate planes, as MNIST and CIFAR store them.
   *
   * @param planes [C, H, W] from {@code offset} on
   * @param channels C: 3, or 1 for a grey picture, whose plane is used three times
   */
  static Picture ofPlanes(int width, int height, byte[] planes, int offset, int channels) {
    int size = width * height;
    byte[] rgb = new byte[CHANNELS * size];
    for (int c = 0; c < CHANNELS; c++) {
      int plane = offset + (channels == 1 ? 0 : c * size);
      for (int i = 0; i < size; i++) {
        rgb[CHANNELS * i + c] = planes[plane + i];
      }
    }
    return new Picture(width, height, rgb);
  }
}
