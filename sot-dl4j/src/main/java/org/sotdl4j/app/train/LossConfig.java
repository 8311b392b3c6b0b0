package org.sotdl4j.app.train;

/**
 * What training makes small; names and meanings are timm's and DeiT's.
 *
 * @param smoothing label smoothing: the share of a target that is spread over all classes
 * @param binary binary cross entropy instead of cross entropy
 * @param threshold targets above it are 1 and others 0 in binary cross entropy; null to take them
 *     as they are
 * @param distillation how a teacher's answers count; null without a teacher
 */
public record LossConfig(
    double smoothing, boolean binary, Double threshold, Distillation distillation) {}
