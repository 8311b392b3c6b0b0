package org.sotdl4j.layers;

/** What a graph is built for: batch statistics and random masks, or running statistics and none. */
public enum Phase {
  TRAIN,
  EVAL
}
