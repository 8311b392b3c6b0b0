package org.sotdl4j.dl4j;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * DL4J's names for shapes without the batch: a vector [C] is feed-forward, tokens [N, C] are
 * recurrent in the format NWC, a map [C, H, W] is convolutional in the format NCHW.
 */
final class InputTypes {

  private InputTypes() {}

  /**
   * The shape of a type.
   *
   * @throws IllegalArgumentException if our layers take no such input
   */
  static long[] shape(InputType type) {
    return switch (type) {
      case InputType.InputTypeFeedForward vector -> new long[] {vector.getSize()};
      case InputType.InputTypeRecurrent tokens
          when tokens.getFormat() == RNNFormat.NWC && tokens.getTimeSeriesLength() > 0 ->
          new long[] {tokens.getTimeSeriesLength(), tokens.getSize()};
      case InputType.InputTypeConvolutional map when map.getFormat() == CNN2DFormat.NCHW ->
          new long[] {map.getChannels(), map.getHeight(), map.getWidth()};
      default ->
          throw new IllegalArgumentException(
              "%s does not fit: vectors, maps in the format NCHW, and sequences of known length in the format NWC do"
                  .formatted(type));
    };
  }

  /**
   * The type of a shape.
   *
   * @throws IllegalArgumentException if DL4J has none
   */
  static InputType of(long[] shape) {
    return switch (shape.length) {
      case 1 -> InputType.feedForward(shape[0]);
      case 2 -> InputType.recurrent(shape[1], shape[0], RNNFormat.NWC);
      case 3 -> InputType.convolutional(shape[1], shape[2], shape[0]);
      default ->
          throw new IllegalArgumentException(
              "DL4J has no name for the shape %s".formatted(Arrays.toString(shape)));
    };
  }
}
