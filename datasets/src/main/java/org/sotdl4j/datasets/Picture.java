package org.sotdl4j.datasets;

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
