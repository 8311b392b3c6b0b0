package org.sotdl4j.dl4j;

import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.zoo.Setup;

/** Pictures of noise, of classes that differ in brightness. */
final class Pictures {

  private Pictures() {}

  static DataSet batch(int count, Setup setup, DataType type) {
    return batch(count, setup, type, 0);
  }

  static DataSet batch(int count, Setup setup, DataType type, int number) {
    RandomGenerator random = CounterRandom.of(1, "pictures", number);
    int side = setup.imageSize();
    INDArray pictures = Nd4j.create(type, count, setup.channels(), side, side);
    INDArray labels = Nd4j.create(type, count, setup.classes());
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(setup.classes());
      labels.putScalar(i, label, 1);
      double[] values = new double[setup.channels() * side * side];
      for (int k = 0; k < values.length; k++) {
        values[k] = random.nextGaussian() / 2 + 2.0 * label / setup.classes() - 1;
      }
      pictures.slice(i).assign(Nd4j.createFromArray(values).reshape(setup.channels(), side, side));
    }
    return new DataSet(pictures, labels);
  }
}
