package org.sotdl4j.datasets.text;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Texts for one step, filled up with padding to one length.
 *
 * @param number of the batch within the epoch, from 0
 * @param length N, tokens of a text
 * @param places [B] of the texts in the data set
 */
public record TextBatch(int number, int length, List<Integer> places) {

  /**
   * Numbers of the tokens, [B, N] INT32.
   *
   * @param padding what stands behind a text
   */
  public INDArray ids(List<Encoded> texts, int padding) {
    int[][] rows = new int[places.size()][length];
    for (int b = 0; b < rows.length; b++) {
      Arrays.fill(rows[b], padding);
      copy(texts.get(places.get(b)).ids(), rows[b]);
    }
    return Nd4j.createFromArray(rows);
  }

  /** Numbers of the texts in pairs, [B, N] INT32. */
  public INDArray segments(List<Encoded> texts) {
    int[][] rows = new int[places.size()][length];
    for (int b = 0; b < rows.length; b++) {
      copy(texts.get(places.get(b)).segments(), rows[b]);
    }
    return Nd4j.createFromArray(rows);
  }

  /** 1 for tokens, 0 for padding, [B, N] FLOAT. */
  public INDArray mask(List<Encoded> texts) {
    float[][] rows = new float[places.size()][length];
    for (int b = 0; b < rows.length; b++) {
      Arrays.fill(rows[b], 0, texts.get(places.get(b)).length(), 1);
    }
    return Nd4j.createFromArray(rows);
  }

  private static void copy(int[] values, int[] row) {
    System.arraycopy(values, 0, row, 0, values.length);
  }
}
