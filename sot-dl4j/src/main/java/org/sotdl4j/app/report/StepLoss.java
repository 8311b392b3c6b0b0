package org.sotdl4j.app.report;

/**
 * What a step of the optimizer told.
 *
 * @param step counted from 1 over the whole run
 * @param loss of the step's pictures
 */
public record StepLoss(long step, double loss) {}
