package org.sotdl4j.zoo.checkpoint;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.sotdl4j.layers.Parameters;

/**
 * The token behind the class token, and its head, which a distilled DeiT or PiT has and a plain one
 * has not. What both have is the file's; what only the model has stays as it began.
 */
final class DistillationToken {

  private static final String TOKEN = "dist_token";
  private static final String HEAD = "head_dist.";

  private DistillationToken() {}

  /** Whether a plain model has no such tensor. */
  static boolean owns(String name) {
    return name.equals(TOKEN) || name.startsWith(HEAD);
  }

  /**
   * PiT's class token, with the distillation token behind it where the model has that.
   *
   * @param initial the model's
   * @throws IllegalArgumentException if they are of another width
   */
  static INDArray tokens(INDArray saved, INDArray initial) {
    return withFirst(saved, saved.size(1), initial, initial.size(1));
  }

  /**
   * DeiT's positions with as many before the patches' as the model has: [1, N, C].
   *
   * @param initial the model's
   * @throws IllegalArgumentException if they are of another width
   */
  static INDArray positions(TensorFile file, INDArray saved, Parameters target, INDArray initial) {
    boolean saves = file.contains(TOKEN);
    boolean needs = target.contains(TOKEN);
    return saves == needs ? saved : withFirst(saved, saves ? 2 : 1, initial, needs ? 2 : 1);
  }

  /**
   * Makes the first tokens of [1, N, C] more or fewer.
   *
   * @param had how many the file has before the others
   * @param needed how many the model has there
   */
  private static INDArray withFirst(INDArray saved, long had, INDArray initial, long needed) {
    if (saved.rank() != 3 || initial.rank() != 3 || saved.size(2) != initial.size(2)) {
      throw new IllegalArgumentException("these are no tokens of one width");
    }
    List<INDArray> parts = new ArrayList<>();
    addTokens(parts, saved, 0, Math.min(had, needed));
    addTokens(parts, initial, had, needed);
    addTokens(parts, saved, had, saved.size(1));
    return Nd4j.concat(1, parts.toArray(INDArray[]::new));
  }

  private static void addTokens(List<INDArray> parts, INDArray tokens, long from, long to) {
    if (from < to) {
      parts.add(
          tokens
              .get(NDArrayIndex.all(), NDArrayIndex.interval(from, to), NDArrayIndex.all())
              .castTo(DataType.DOUBLE));
    }
  }
}
