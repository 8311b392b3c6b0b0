/**
 * The models: one file per family, one row per variant, all listed in {@link org.sotdl4j.zoo.Zoo};
 * and their states in files: {@link org.sotdl4j.zoo.checkpoint.Checkpoint}.
 *
 * <p>Letters in shapes as in {@link org.sotdl4j.layers}: B batch, C channels, H height, W width, N
 * tokens, K classes.
 */
package org.sotdl4j.zoo;
