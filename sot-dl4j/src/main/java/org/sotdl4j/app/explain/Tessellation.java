package org.sotdl4j.app.explain;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.zoo.STViT;

/**
 * Which super token each pixel of a map belongs to most.
 *
 * @param height of the map
 * @param width of the map
 * @param owners [height width], row by row; not copied, so leave it alone
 */
@SuppressWarnings("ArrayRecordComponent")
record Tessellation(int height, int width, int[] owners) {

  private static final int SIDE = 336;
  private static final int BORDER = 0xffffff;

  /** Before the first iteration: the cells of the grid. */
  static Tessellation grid(STViT.Stage stage, int height, int width) {
    int columns = Math.ceilDiv(width, stage.cellWidth());
    int[] owners = new int[height * width];
    for (int i = 0; i < owners.length; i++) {
      owners[i] = i / width / stage.cellHeight() * columns + i % width / stage.cellWidth();
    }
    return new Tessellation(height, width, owners);
  }

  /**
   * After an iteration.
   *
   * @param shares of each pixel's nine super tokens, [1, S, P, 9]: S cells of P pixels
   */
  static Tessellation of(STViT.Stage stage, INDArray shares, int height, int width) {
    int rows = Math.ceilDiv(height, stage.cellHeight());
    int columns = Math.ceilDiv(width, stage.cellWidth());
    int[] owners = new int[height * width];
    for (int i = 0; i < owners.length; i++) {
      int cellY = i / width / stage.cellHeight();
      int cellX = i % width / stage.cellWidth();
      int inCell =
          i / width % stage.cellHeight() * stage.cellWidth() + i % width % stage.cellWidth();
      int nearest = 0;
      double most = -1;
      for (int k = 0; k < 9; k++) {
        int y = cellY + k / 3 - 1;
        int x = cellX + k % 3 - 1;
        double share = shares.getDouble(0, cellY * columns + cellX, inCell, k);
        if (y >= 0 && y < rows && x >= 0 && x < columns && share > most) {
          most = share;
          nearest = y * columns + x;
        }
      }
      owners[i] = nearest;
    }
    return new Tessellation(height, width, owners);
  }

  /** How many super tokens own a pixel at least. */
  long count() {
    return Arrays.stream(owners).distinct().count();
  }

  /** The borders, over the picture or over each super token's mean colour. */
  BufferedImage over(Picture picture, boolean meanColours) {
    int side = Math.max(SIDE, picture.width());
    int[] colours = meanColours ? means(picture) : null;
    var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int owner = owner(y, x, side);
        boolean border =
            (x + 1 < side && owner(y, x + 1, side) != owner)
                || (y + 1 < side && owner(y + 1, x, side) != owner);
        int pixel = y * picture.height() / side * picture.width() + x * picture.width() / side;
        int inside = meanColours ? colours[owner] : colour(picture, pixel);
        image.setRGB(x, y, border ? BORDER : inside);
      }
    }
    return image;
  }

  private int owner(int y, int x, int side) {
    return owners[y * height / side * width + x * width / side];
  }

  private int[] means(Picture picture) {
    int most = Arrays.stream(owners).max().orElseThrow() + 1;
    long[][] sums = new long[most][Picture.CHANNELS + 1];
    for (int i = 0; i < picture.width() * picture.height(); i++) {
      int y = i / picture.width() * height / picture.height();
      int x = i % picture.width() * width / picture.width();
      long[] sum = sums[owners[y * width + x]];
      for (int c = 0; c < Picture.CHANNELS; c++) {
        sum[c] += picture.rgb()[Picture.CHANNELS * i + c] & 0xff;
      }
      sum[Picture.CHANNELS]++;
    }
    int[] means = new int[most];
    for (int i = 0; i < most; i++) {
      for (int c = 0; c < Picture.CHANNELS; c++) {
        means[i] = means[i] << 8 | (int) (sums[i][c] / Math.max(1, sums[i][Picture.CHANNELS]));
      }
    }
    return means;
  }

  private static int colour(Picture picture, int pixel) {
    int colour = 0;
    for (int c = 0; c < Picture.CHANNELS; c++) {
      colour = colour << 8 | (picture.rgb()[Picture.CHANNELS * pixel + c] & 0xff);
    }
    return colour;
  }
}
