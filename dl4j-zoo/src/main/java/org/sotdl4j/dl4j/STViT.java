package org.sotdl4j.dl4j;

/** STViT in DL4J's zoo. */
public final class STViT extends VisionModel {

  /** Its models, named as in our zoo. */
  public enum Variant {
    STVIT_SMALL,
    STVIT_BASE,
    STVIT_LARGE,
    STVIT_SMALL_384,
    STVIT_BASE_384,
    STVIT_LARGE_384,
    STVIT_NANO
  }

  private STViT(Builder<Variant, STViT> builder) {
    super(builder);
  }

  /** Begins with the {@link Variant#STVIT_SMALL}. */
  public static Builder<Variant, STViT> builder() {
    return builder(Variant.STVIT_SMALL, STViT::new);
  }
}
