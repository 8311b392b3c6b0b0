package org.sotdl4j.dl4j;

/** Swin in DL4J's zoo. */
public final class Swin extends VisionModel {

  /** Its models, named as in our zoo. */
  public enum Variant {
    SWIN_T,
    SWIN_S,
    SWIN_B,
    SWIN_T_SOT,
    SWIN_B_SOT,
    SWIN_NANO
  }

  private Swin(Builder<Variant, Swin> builder) {
    super(builder);
  }

  /** Begins with the {@link Variant#SWIN_T}. */
  public static Builder<Variant, Swin> builder() {
    return builder(Variant.SWIN_T, Swin::new);
  }
}
