package org.sotdl4j.dl4j;

/** SoT in DL4J's zoo. */
public final class SoT extends VisionModel {

  /** Its models, named as in our zoo. */
  public enum Variant {
    SOT_TINY,
    SOT_SMALL,
    SOT_BASE,
    DEIT_T_SOT,
    DEIT_S_SOT,
    DEIT_B_SOT,
    SOT_NANO
  }

  private SoT(Builder<Variant, SoT> builder) {
    super(builder);
  }

  /** Begins with the {@link Variant#SOT_TINY}. */
  public static Builder<Variant, SoT> builder() {
    return builder(Variant.SOT_TINY, SoT::new);
  }
}
