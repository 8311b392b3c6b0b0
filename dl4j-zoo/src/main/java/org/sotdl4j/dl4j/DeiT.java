package org.sotdl4j.dl4j;

/** DeiT and ViT in DL4J's zoo. */
public final class DeiT extends VisionModel {

  /** Its models, named as in our zoo. */
  public enum Variant {
    DEIT_TINY,
    DEIT_SMALL,
    DEIT_BASE,
    DEIT_TINY_DISTILLED,
    DEIT_SMALL_DISTILLED,
    DEIT_BASE_DISTILLED,
    DEIT_BASE_384,
    DEIT_BASE_DISTILLED_384,
    VIT_TINY_16,
    VIT_SMALL_16,
    VIT_BASE_16,
    VIT_NANO,
    DEIT_NANO_DISTILLED
  }

  private DeiT(Builder<Variant, DeiT> builder) {
    super(builder);
  }

  /** Begins with the {@link Variant#DEIT_SMALL}. */
  public static Builder<Variant, DeiT> builder() {
    return builder(Variant.DEIT_SMALL, DeiT::new);
  }
}
