package org.sotdl4j.app.verify;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.layers.CounterRandom;

/**
 * Values that a formula defines, so that fixtures need no weights: value i of a name is {@code base
 * + scale * r(name, i)} with r in [-1, 1), computed in double and rounded to float32 once.
 *
 * @param seed put before every name
 */
record Formula(String seed) {

  /** The array of a name, row-major, float32 values. */
  INDArray array(String name, double base, double scale, long... shape) {
    CounterRandom random = random(name);
    int length = 1;
    for (long n : shape) {
      length = Math.toIntExact(length * n);
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (base + scale * r(random));
    }
    return reshape(Nd4j.createFromArray(values), shape);
  }

  /**
   * The second input of models, blocky so that the samples differ: one value for each of 8x8
   * squares, and some noise.
   *
   * @param shape [B, C, H, W]
   */
  INDArray blocks(long... shape) {
    int batch = (int) shape[0];
    int channels = (int) shape[1];
    int height = (int) shape[2];
    int width = (int) shape[3];
    float[] squares = array("input2", 0, 1, (long) batch * channels * 64).toFloatVector();
    CounterRandom noise = random("input2.noise");
    float[] values = new float[batch * channels * height * width];
    int i = 0;
    for (int plane = 0; plane < batch * channels; plane++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          float square = (float) (1.5 * squares[(plane * 8 + y * 8 / height) * 8 + x * 8 / width]);
          values[i++] = square + (float) (0.3 * r(noise));
        }
      }
    }
    return reshape(Nd4j.createFromArray(values), shape);
  }

  /** The generator of a name. */
  CounterRandom random(String name) {
    return new CounterRandom(CounterRandom.hash(seed + name));
  }

  private static double r(CounterRandom random) {
    return 2 * ((random.nextLong() >>> 40) * 0x1p-24) - 1;
  }

  private static INDArray reshape(INDArray flat, long... shape) {
    return shape.length == 0 ? Nd4j.scalar(DataType.FLOAT, flat.getFloat(0)) : flat.reshape(shape);
  }
}
