package org.sotdl4j.engine;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution and the batch norm by running statistics before or behind it, which goes into the
 * weights: in each run, because training may change both in place. Inputs: those of the convolution
 * and then mean, variance, weight and bias of the norm.
 *
 * @param eps the norm's
 * @param before whether the norm is before the convolution, which then has no padding
 */
record NormedConvolution(Convolution convolution, double eps, boolean before) implements Operation {

  /** The norm's inputs beside x. */
  private static final int VECTORS = 4;

  static void fuse(Rewriter graph) {
    for (Node node : graph.nodes()) {
      if (node.operation() instanceof RunningNorm(double eps)) {
        Node maker = graph.producer(node.in().getFirst());
        Node reader = graph.consumer(node.onlyOut());
        if (maker != null
            && maker.operation() instanceof Convolution convolution
            && graph.isReadOnlyBy(maker, node)) {
          var folded = new NormedConvolution(convolution, eps, false);
          graph.replace(List.of(maker, node), node, folded, inputs(maker, node));
        } else if (reader != null
            && reader.operation() instanceof Convolution convolution
            && reader.in().getFirst().equals(node.onlyOut())
            && convolution.padding() == 0) {
          List<String> in = inputs(reader, node);
          in.set(0, node.in().getFirst());
          var folded = new NormedConvolution(convolution, eps, true);
          graph.replace(List.of(node, reader), reader, folded, in);
        }
      }
    }
  }

  private static List<String> inputs(Node convolution, Node norm) {
    List<String> in = new ArrayList<>(convolution.in());
    in.addAll(norm.in().subList(1, norm.in().size()));
    return in;
  }

  @Override
  public String name() {
    return "convolution";
  }

  @Override
  public long work(List<INDArray> in, List<INDArray> out) {
    return convolution.work(in, out);
  }

  @Override
  public Binding bind(List<INDArray> in) {
    int own = in.size() - VECTORS;
    int channels = Math.toIntExact(in.getFirst().size(1));
    var affine = new RunningNorm.Affine(in.subList(own, in.size()), eps);
    return convolution.bind(
        in.subList(0, own),
        (weights, biases) -> {
          if (before) {
            normInputs(affine, weights, biases, channels);
          } else {
            normOutputs(affine, weights, biases, channels);
          }
        });
  }

  /** Of {@code w (x scale + shift) + b}: {@code (w scale) x + (w shift + b)}. */
  private void normInputs(
      RunningNorm.Affine affine, float[] weights, float[] biases, int channels) {
    int window = convolution.kernel() * convolution.kernel();
    for (int c = 0; c < channels; c++) {
      float scale = affine.scale(c);
      float shift = affine.shift(c);
      for (int o = 0; o < biases.length; o++) {
        int first = (o * channels + c) * window;
        for (int i = first; i < first + window; i++) {
          biases[o] += weights[i] * shift;
          weights[i] *= scale;
        }
      }
    }
  }

  /** Of {@code (w x + b) scale + shift}: {@code (w scale) x + (b scale + shift)}. */
  private void normOutputs(
      RunningNorm.Affine affine, float[] weights, float[] biases, int channels) {
    int depth = channels * convolution.kernel() * convolution.kernel();
    for (int o = 0; o < biases.length; o++) {
      float scale = affine.scale(o);
      for (int i = o * depth; i < (o + 1) * depth; i++) {
        weights[i] *= scale;
      }
      biases[o] = biases[o] * scale + affine.shift(o);
    }
  }
}
