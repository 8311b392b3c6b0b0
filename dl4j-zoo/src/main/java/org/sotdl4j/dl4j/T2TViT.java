package org.sotdl4j.dl4j;

/** T2T-ViT in DL4J's zoo. */
public final class T2TViT extends VisionModel {

  /** Its models, named as in our zoo. */
  public enum Variant {
    T2T_VIT_7,
    T2T_VIT_10,
    T2T_VIT_12,
    T2T_VIT_14,
    T2T_VIT_19,
    T2T_VIT_24,
    T2T_VIT_T_14,
    T2T_VIT_T_19,
    T2T_VIT_T_24,
    T2T_VIT_14_384,
    T2T_VIT_C_14,
    T2T_VIT_14_WOT2T,
    T2T_VIT_14_WIDE,
    T2T_VIT_14_RESNEXT,
    T2T_VIT_14_SE,
    T2T_VIT_14_DENSE,
    T2T_VIT_16_GHOST,
    T2T_VIT_NANO,
    T2T_VIT_T_NANO,
    T2T_VIT_NANO_SE,
    T2T_VIT_NANO_DENSE,
    T2T_VIT_NANO_GHOST
  }

  private T2TViT(Builder<Variant, T2TViT> builder) {
    super(builder);
  }

  /** Begins with the {@link Variant#T2T_VIT_14}. */
  public static Builder<Variant, T2TViT> builder() {
    return builder(Variant.T2T_VIT_14, T2TViT::new);
  }
}
