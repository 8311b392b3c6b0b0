package org.sotdl4j.app.train;

/**
 * Mixing of the pictures of a batch: mixup (Zhang et al., 2018) and CutMix (Yun et al., 2019);
 * names and meanings are timm's.
 *
 * @param mixup shape of mixup's beta distribution, 0 for no mixup
 * @param cutmix shape of CutMix's, 0 for no CutMix
 * @param minMax bounds of the sides of CutMix's boxes, instead of the distribution; null for none
 * @param prob how often is mixed
 * @param switchProb how often by CutMix, where both are on
 * @param mode what is mixed alike
 * @param offEpoch epoch, counted from 0, from which nothing is mixed; 0 for never
 */
public record MixingConfig(
    double mixup,
    double cutmix,
    MinMax minMax,
    double prob,
    double switchProb,
    Mode mode,
    int offEpoch) {

  /**
   * Bounds of a box's sides.
   *
   * @param min share of the picture's
   * @param max share of the picture's
   */
  public record MinMax(double min, double max) {}

  /** What is mixed alike. */
  public enum Mode {
    /** All pictures of a batch. */
    BATCH,
    /** A picture and the one that it is mixed with. */
    PAIR,
    /** Each picture by itself. */
    ELEM
  }

  /** Whether the pictures of an epoch are mixed. */
  boolean isOn(int epoch) {
    return (mixup > 0 || cuts()) && (offEpoch == 0 || epoch < offEpoch);
  }

  boolean cuts() {
    return cutmix > 0 || minMax != null;
  }
}
