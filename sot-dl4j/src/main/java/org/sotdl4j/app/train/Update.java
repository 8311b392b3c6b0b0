package org.sotdl4j.app.train;

import java.util.SequencedMap;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A step of the optimizer, for listeners that look closer. The arrays are the trainer's own and
 * hold until the listener returns.
 *
 * @param step counted from 1 over the whole run
 * @param loss of the step's pictures
 * @param learningRate of the classifier
 * @param pictures how many made the step
 * @param weights that are learned, by name
 * @param gradient the loss's gradient by a weight of a name, or null where it does not depend on it
 */
public record Update(
    long step,
    double loss,
    double learningRate,
    long pictures,
    SequencedMap<String, INDArray> weights,
    Function<String, INDArray> gradient) {}
