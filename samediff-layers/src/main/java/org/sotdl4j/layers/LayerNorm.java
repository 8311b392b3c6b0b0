package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Layer normalisation over the last axis (Ba, Kiros, Hinton, 2016), any rank, shape kept.
 *
 * <p>Written out in small ops because ND4J's {@code layer_norm} has no epsilon. State: {@code
 * weight}, {@code bias} [C].
 *
 * @param width C, the length of the last axis
 * @param eps added to the variance: 1e-5 in SoT, T2T-ViT and Swin, 1e-6 in DeiT, ViT and PiT
 */
public record LayerNorm(int width, double eps) implements Layer {

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    int last = scope.shape(x).length - 1; // ND4J's reductions take -1 and compute something else
    SDVariable centred = x.sub(x.mean(true, last));
    SDVariable variance = centred.mul(centred).mean(true, last);
    SDVariable normalised = centred.div(scope.sd().math.sqrt(variance.add(eps)));
    return normalised
        .mul(scope.parameter("weight", Initializer.ONES, width))
        .add(scope.parameter("bias", Initializer.ZEROS, width));
  }
}
