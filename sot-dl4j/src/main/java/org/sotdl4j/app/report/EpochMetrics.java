package org.sotdl4j.app.report;

/**
 * What was measured in one epoch; NaN where something was not measured.
 *
 * @param epoch counted from 1
 * @param learningRate at the end of the epoch
 * @param trainLoss mean over the training pictures
 * @param trainTop1 fraction from 0 to 1
 * @param valLoss mean over the validation pictures
 * @param valTop1 fraction from 0 to 1
 * @param valTop5 fraction from 0 to 1
 * @param imagesPerSecond training pictures, without the validation
 * @param seconds the whole epoch with its validation
 * @param gradientNorm mean Euclidean norm of a step's gradients, before they are clipped
 * @param secondsWaited of the training, for pictures
 */
public record EpochMetrics(
    int epoch,
    double learningRate,
    double trainLoss,
    double trainTop1,
    double valLoss,
    double valTop1,
    double valTop5,
    double imagesPerSecond,
    double seconds,
    double gradientNorm,
    double secondsWaited) {}
