package org.sotdl4j.dl4j;

/** PiT in DL4J's zoo. */
public final class PiT extends VisionModel {

  /** Its models, named as in our zoo. */
  public enum Variant {
    PIT_TI,
    PIT_XS,
    PIT_S,
    PIT_B,
    PIT_TI_DISTILLED,
    PIT_XS_DISTILLED,
    PIT_S_DISTILLED,
    PIT_B_DISTILLED,
    PIT_NANO,
    PIT_NANO_DISTILLED
  }

  private PiT(Builder<Variant, PiT> builder) {
    super(builder);
  }

  /** Begins with the {@link Variant#PIT_S}. */
  public static Builder<Variant, PiT> builder() {
    return builder(Variant.PIT_S, PiT::new);
  }
}
