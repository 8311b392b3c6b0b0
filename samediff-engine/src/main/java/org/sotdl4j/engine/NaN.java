package org.sotdl4j.engine;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.conditions.Conditions;

/** Looks for what is not a number. */
final class NaN {

  private NaN() {}

  /** The first place in an array that has a NaN. */
  static Optional<long[]> find(INDArray array) {
    return array.dataType().isFPType() && !array.isEmpty() && isIn(array)
        ? first(array)
        : Optional.empty();
  }

  /** Whether an array has neither NaN nor infinity. */
  static boolean isFinite(INDArray array) {
    return !array.dataType().isFPType()
        || array.isEmpty()
        || !(array.cond(Conditions.isNan()).any() || array.cond(Conditions.isInfinite()).any());
  }

  private static boolean isIn(INDArray array) {
    return Floats.of(array).map(NaN::isIn).orElseGet(() -> array.cond(Conditions.isNan()).any());
  }

  private static boolean isIn(Floats array) {
    AtomicBoolean found = new AtomicBoolean();
    Parallel.run(
        array.length(),
        1,
        (from, to) -> {
          if (isIn(array.address() + from * Floats.BYTES, (int) (to - from))) {
            found.set(true);
          }
        });
    return found.get();
  }

  private static boolean isIn(long address, int length) {
    VectorMask<Float> found = Rows.SPECIES.maskAll(false);
    int whole = Rows.whole(length);
    for (int i = 0; i < whole; i += Rows.LANES) {
      FloatVector x = Rows.load(address + i * Floats.BYTES);
      found = found.or(x.compare(VectorOperators.NE, x));
    }
    boolean any = found.anyTrue();
    for (long i = whole; i < length; i++) {
      any |= Float.isNaN(Floats.get(address + i * Floats.BYTES));
    }
    return any;
  }

  private static Optional<long[]> first(INDArray array) {
    INDArray flat = array.ravel();
    for (long i = 0; i < flat.length(); i++) {
      if (Double.isNaN(flat.getDouble(i))) {
        long[] index = new long[array.rank()];
        long rest = i;
        for (int axis = index.length - 1; axis >= 0; axis--) {
          index[axis] = rest % array.size(axis);
          rest /= array.size(axis);
        }
        return Optional.of(index);
      }
    }
    return Optional.empty();
  }
}
