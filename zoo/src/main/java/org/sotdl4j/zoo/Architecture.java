package org.sotdl4j.zoo;

import org.sotdl4j.layers.Graph;

/** What the zoo has under a name: a {@link Model} for pictures or an encoder of texts. */
public sealed interface Architecture permits Model, TextEncoder {

  /** Writes everything, with placeholders for the inputs: for counting. */
  void describe(Graph graph);

  /** Side of the picture in pixels, or the most tokens of a text. */
  int inputSize();

  /** What it reads, in words. */
  String inputDescription();
}
