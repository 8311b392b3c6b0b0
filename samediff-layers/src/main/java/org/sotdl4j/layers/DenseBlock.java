package org.sotdl4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A densely connected block (Huang et al., 2017): each layer sees everything before it and adds
 * {@code growth} channels. [B, in, H, W] to [B, in + layers * growth, H, W].
 *
 * <p>A layer is ReLU, 1x1 convolution, ReLU, 3x3 convolution, without batch norm and bias: so it is
 * in timm 0.3.4, with which the official SoT was trained (newer versions build another network).
 * State: {@code denselayer1.conv1}, {@code denselayer1.conv2}, ...
 *
 * @param in channels of the input
 * @param layers their number
 * @param bottleneck the 1x1 convolution's width in units of growth
 * @param growth channels that a layer adds
 */
public record DenseBlock(int in, int layers, int bottleneck, int growth) implements Layer {

  /** Channels of the output. */
  public int out() {
    return in + layers * growth;
  }

  @Override
  public SDVariable apply(Scope scope, SDVariable x) {
    List<SDVariable> features = new ArrayList<>(List.of(x));
    for (int i = 0; i < layers; i++) {
      int width = in + i * growth;
      SDVariable all = concat(scope, features);
      features.add(scope.call("denselayer" + (i + 1), (s, f) -> layer(s, f, width), all));
    }
    return concat(scope, features);
  }

  private SDVariable layer(Scope scope, SDVariable x, int width) {
    int between = bottleneck * growth;
    SDVariable y = scope.call("norm1", new Relu(), x);
    y = scope.call("conv1", Conv2d.pointwise(width, between), y);
    y = scope.call("norm2", new Relu(), y);
    return scope.call("conv2", new Conv2d(between, growth, 3, 1, 1, false), y);
  }

  private static SDVariable concat(Scope scope, List<SDVariable> features) {
    return features.size() == 1
        ? features.getFirst()
        : scope.sd().concat(1, features.toArray(SDVariable[]::new));
  }
}
