package org.sotdl4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A shape in which the batch size is open. */
record BatchShape(List<Dimension> dimensions) {

  /** The name of the batch size in ONNX models. */
  private static final String BATCH = "batch";

  /**
   * A length along one axis.
   *
   * @param size the length, or how many times the batch size it is
   * @param ofBatch whether it is a multiple of the batch size
   */
  record Dimension(long size, boolean ofBatch) {

    /** The text that stands for it where it is no number. */
    String symbol() {
      return size == 1 ? BATCH : size + "*" + BATCH;
    }
  }

  static BatchShape fixed(long... dimensions) {
    return new BatchShape(
        LongStream.of(dimensions).mapToObj(n -> new Dimension(n, false)).toList());
  }

  /**
   * The shape that is {@code one} for a batch of one and {@code two} for a batch of two.
   *
   * @param variable whose shape it is, for messages
   * @throws UnsupportedGraphException if a dimension depends on the batch in another way
   */
  static BatchShape of(String variable, long[] one, long[] two) {
    List<Dimension> dimensions = new ArrayList<>();
    for (int i = 0; i < one.length; i++) {
      if (two[i] != one[i] && two[i] != 2 * one[i]) {
        throw new UnsupportedGraphException(
            "Dimension %d of the variable %s is %d for a batch of 1 and %d for a batch of 2, which ONNX export does not know"
                .formatted(i, variable, one[i], two[i]));
      }
      dimensions.add(new Dimension(one[i], two[i] != one[i]));
    }
    return new BatchShape(List.copyOf(dimensions));
  }

  int rank() {
    return dimensions.size();
  }

  Dimension get(int axis) {
    return dimensions.get(axis);
  }

  /** The length along an axis that does not depend on the batch. */
  long size(int axis) {
    Dimension dimension = get(axis);
    if (dimension.ofBatch()) {
      throw new UnsupportedGraphException(
          "A length that ONNX export must know depends on the batch: axis %d of %s"
              .formatted(axis, this));
    }
    return dimension.size();
  }

  boolean isVector(long length) {
    return equals(fixed(length));
  }

  /** The shape after reordering the axes. */
  BatchShape permuted(long[] axes) {
    return new BatchShape(LongStream.of(axes).mapToObj(a -> get((int) a)).toList());
  }

  @Override
  public String toString() {
    return dimensions.stream()
        .map(d -> d.ofBatch() ? d.symbol() : String.valueOf(d.size()))
        .toList()
        .toString();
  }
}
