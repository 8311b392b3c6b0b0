package org.sotdl4j.layers;

/** Turns a sequence of tokens [B, N, C] into one representation [B, R]. */
public sealed interface TokenPooling extends Layer permits MultiHeadPooling, GlobalAveragePooling {

  /** R, the width of the representation. */
  int out();
}
