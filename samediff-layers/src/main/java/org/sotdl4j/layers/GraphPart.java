package org.sotdl4j.layers;

/**
 * The ops that a named layer wrote, its parts' included: a range of the graph's ops in their order.
 *
 * @param path of the layer, as {@code blocks.3.attn}
 * @param begin its first op
 * @param end behind its last op; {@code begin} where it wrote none
 */
public record GraphPart(String path, int begin, int end) {}
