/**
 * Neural-network layers as immutable records that write standard SameDiff ops into a graph.
 *
 * <p>A layer knows its sizes and nothing else: {@link org.sotdl4j.layers.Scope} makes or finds its
 * parameters, names them as the official PyTorch {@code state_dict} does, and says whether the
 * graph is for training or evaluation.
 *
 * <p>Letters in shapes: B batch, N tokens, C channels (width), H height, W width of a map, K
 * classes, h heads, d width of a head. Activations have the batch first; its size is open until the
 * graph runs.
 */
package org.sotdl4j.layers;
