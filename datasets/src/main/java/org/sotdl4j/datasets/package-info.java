/**
 * Pictures with classes, from files to batches: {@link org.sotdl4j.datasets.Dataset} says what
 * there is, {@link org.sotdl4j.datasets.Transform} shapes one picture, {@link
 * org.sotdl4j.datasets.BatchLoader} works ahead of the training step. Nothing here knows a model,
 * and nothing hides state: whatever is random draws from a generator that the caller hands in.
 *
 * <p>Letters of the shapes: B pictures of a batch, C channels (always 3: red, green, blue), H
 * height, W width.
 */
package org.sotdl4j.datasets;
