package org.sotdl4j.app.export;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Initializer;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;

/** Random weights with which every part of a model matters, made fast. */
final class Weights implements Parameters.Source {

  @Override
  public void fill(Parameter parameter, Initializer initializer) {
    INDArray array = parameter.array();
    String name = parameter.name();
    boolean statistics = name.contains("running_");
    if (!parameter.trainable() && !statistics) {
      initializer.fill(array, new CounterRandom(1));
      return;
    }
    Nd4j.getRandom().setSeed(CounterRandom.hash(name));
    INDArray noise = Nd4j.rand(DataType.FLOAT, array.shape()).muli(2).subi(1);
    if (array.rank() > 1) {
      array.assign(noise.muli(Math.sqrt(3.0 * array.size(0) / array.length())));
    } else if (name.endsWith("weight") || name.endsWith("running_var")) {
      array.assign(noise.muli(0.1).addi(1));
    } else {
      array.assign(noise.muli(0.05));
    }
  }
}
