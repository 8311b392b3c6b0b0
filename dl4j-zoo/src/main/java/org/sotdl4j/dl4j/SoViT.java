package org.sotdl4j.dl4j;

/** So-ViT in DL4J's zoo. */
public final class SoViT extends VisionModel {

  /** Its models, named as in our zoo. */
  public enum Variant {
    SO_VIT_7,
    SO_VIT_10,
    SO_VIT_14,
    SO_VIT_19,
    SO_VIT_NANO
  }

  private SoViT(Builder<Variant, SoViT> builder) {
    super(builder);
  }

  /** Begins with the {@link Variant#SO_VIT_7}. */
  public static Builder<Variant, SoViT> builder() {
    return builder(Variant.SO_VIT_7, SoViT::new);
  }
}
