package org.sotdl4j.engine;

import java.util.IdentityHashMap;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights of a program whose parameters do not change, laid out for {@link PanelProduct}: once
 * for all its plans. On the heap, of which they take a half at most.
 */
final class PackedWeights {

  private static final long LARGEST = Runtime.getRuntime().maxMemory() / 2;

  private final IdentityHashMap<INDArray, float[]> panels = new IdentityHashMap<>();
  private long bytes;

  /**
   * A weight as the right side of a product, [k, n] in panels, or empty where there is no room.
   *
   * @param weight [n, k]; what follows its first axis is taken as one
   */
  Optional<float[]> of(INDArray weight) {
    return Optional.ofNullable(panels.computeIfAbsent(weight, this::pack));
  }

  private float[] pack(INDArray weight) {
    int n = Math.toIntExact(weight.size(0));
    int k = Math.toIntExact(weight.length() / n);
    long floats = (long) k * SmallProduct.padded(n);
    if (bytes + floats * Float.BYTES > LARGEST) {
      return null;
    }
    bytes += floats * Float.BYTES;
    float[] packed = new float[Math.toIntExact(floats)];
    SmallProduct.layOutTransposed(Floats.address(weight), k, k, n, 1, packed, 0);
    return packed;
  }

  /** A bias, with zeros up to a whole vector. */
  static float[] padded(INDArray bias) {
    int n = Math.toIntExact(bias.length());
    float[] values = new float[SmallProduct.padded(n)];
    Floats.read(Floats.address(bias), values, 0, n);
    return values;
  }
}
