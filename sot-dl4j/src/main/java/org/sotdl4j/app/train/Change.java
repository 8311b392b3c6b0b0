package org.sotdl4j.app.train;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an optimizer needs to change a parameter.
 *
 * @param name the parameter's name, the key of its state
 * @param parameter its values, changed in place
 * @param gradient the loss's gradient by it, same shape
 * @param learningRate the step's learning rate
 * @param weightDecay the parameter's weight decay, 0 for those that are spared
 */
public record Change(
    String name, INDArray parameter, INDArray gradient, double learningRate, double weightDecay) {}
