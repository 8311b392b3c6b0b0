package org.sotdl4j.zoo;

import java.util.List;
import org.sotdl4j.layers.NormalizedPooling;
import org.sotdl4j.layers.ResNetTokens;

/**
 * So-ViT, what SoT was before: "So-ViT: Mind visual tokens for vision transformer" (Xie et al.,
 * arXiv 2104.10935v1). Its models are {@link SoT}s with residual tokens and a single-head
 * cross-covariance, each side reduced by a convolution.
 */
final class SoViT {

  static final Family FAMILY =
      new Family(
          "So-ViT",
          "Xie et al., So-ViT: Mind visual tokens for vision transformer, 2021",
          "jiangtaoxie/SoT src/so_vit.py (the tree before SoT)",
          List.of(
              new Variant("so_vit_7", official(256, 7, 4, 2, 48, 24, 0)),
              new Variant("so_vit_10", official(256, 10, 4, 2, 48, 24, 0)),
              new Variant("so_vit_14", official(384, 14, 6, 3, 64, 48, 0.5)),
              new Variant("so_vit_19", official(448, 19, 7, 3, 96, 48, 0.5)),
              new Variant(
                  "so_vit_nano",
                  SoT.nano(
                      new ResNetTokens(32, 16, 1), NormalizedPooling.standard(64, 24, 16, 0)))));

  private SoViT() {}

  private static SoT official(
      int dim, int depth, int heads, double mlpRatio, int p, int q, double regular) {
    return SoT.imageNet(
        dim,
        depth,
        heads,
        mlpRatio,
        new ResNetTokens(64),
        NormalizedPooling.standard(dim, p, q, regular));
  }
}
