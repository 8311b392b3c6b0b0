package org.sotdl4j.cuda;

import java.util.Arrays;

/**
 * What the settings of ND4J's {@code strided_slice} take out of an array: five masks, then where
 * each axis begins and ends, and its strides.
 *
 * @param box the shape of what is taken, with the axes that vanish as 1
 * @param first elements from the array's first to the box's
 * @param strides of the box in the array
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record StridedSlice(long[] box, long first, long[] strides) {

  private static final int MASKS = 5;
  private static final int BEGIN_MASK = 0;
  private static final int ELLIPSIS_MASK = 1;
  private static final int NEW_AXIS_MASK = 3;
  private static final int SHRINK_MASK = 4;

  /**
   * @param whole the array
   * @param part what is taken
   */
  static StridedSlice of(long[] settings, Buffer whole, Buffer part) {
    int rank = whole.rank();
    boolean isUsual =
        settings.length == MASKS + 3 * rank
            && settings[ELLIPSIS_MASK] == 0
            && settings[NEW_AXIS_MASK] == 0;
    if (!isUsual) {
      throw new UnsupportedOperationException(
          "its settings are %s".formatted(Arrays.toString(settings)));
    }
    long[] own = Axes.strides(whole.shape());
    long[] box = new long[rank];
    long[] strides = new long[rank];
    long first = 0;
    int kept = 0;
    for (int i = 0; i < rank; i++) {
      boolean vanishes = (settings[SHRINK_MASK] >> i & 1) != 0;
      long step = vanishes ? 1 : settings[MASKS + 2 * rank + i];
      box[i] = vanishes ? 1 : part.shape()[kept++];
      strides[i] = step * own[i];
      first += begin(settings, i, step, whole.shape()[i]) * own[i];
    }
    return new StridedSlice(box, first, strides);
  }

  private static long begin(long[] settings, int axis, long step, long length) {
    boolean fromTheStart = (settings[BEGIN_MASK] >> axis & 1) != 0;
    long begin = settings[MASKS + axis];
    if (fromTheStart) {
      return step > 0 ? 0 : length - 1;
    }
    return Math.clamp(begin < 0 ? begin + length : begin, 0, length - 1);
  }
}
