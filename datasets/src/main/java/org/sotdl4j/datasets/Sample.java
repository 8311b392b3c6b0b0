package org.sotdl4j.datasets;

/**
 * One picture and its class.
 *
 * @param name where the picture comes from, for reports
 * @param picture in its original size
 * @param label the index of its class in {@link Dataset#classes()}
 */
public record Sample(String name, Picture picture, int label) {}
