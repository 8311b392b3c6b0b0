package org.sotdl4j.datasets;

import java.util.List;

/** Pictures that each belong to one class. May be read by several threads at once. */
public interface Dataset {

  /** How many pictures there are. */
  int size();

  /** The class names; a label is an index of this list. */
  List<String> classes();

  /**
   * The picture at an index from 0 to {@link #size()} - 1.
   *
   * @throws BadPictureException if that picture cannot be read
   */
  Sample get(int index);

  /** Where the picture at an index comes from, for reports. */
  default String name(int index) {
    return get(index).name();
  }

  /**
   * The picture at an index, which may be decoded at a fraction of its size where that is faster.
   *
   * @param leastSide pixels that the shorter side must still have; 0 for the full size
   * @throws BadPictureException if that picture cannot be read
   */
  default Sample get(int index, int leastSide) {
    return get(index);
  }

  /**
   * Checks that two data sets number the same classes alike.
   *
   * @throws DatasetException if they do not
   */
  static void requireSameClasses(Dataset train, Dataset val) {
    if (!train.classes().equals(val.classes())) {
      throw new DatasetException(
          "Training and validation data need the same classes, but "
              + difference(train.classes(), val.classes()));
    }
  }

  private static String difference(List<String> train, List<String> val) {
    var onlyTrain = train.stream().filter(c -> !val.contains(c)).toList();
    var onlyVal = val.stream().filter(c -> !train.contains(c)).toList();
    if (onlyTrain.isEmpty() && onlyVal.isEmpty()) {
      return "they list them in another order: " + train + " and " + val;
    }
    return "only the training data has "
        + onlyTrain
        + " and only the validation data has "
        + onlyVal;
  }
}
