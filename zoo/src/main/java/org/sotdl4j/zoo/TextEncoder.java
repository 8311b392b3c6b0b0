package org.sotdl4j.zoo;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Scope;

/** What makes tokens of texts: an immutable description that writes itself into a graph. */
public sealed interface TextEncoder extends Architecture permits Bert, Gpt {

  /** The length of texts for which multiply-adds are counted. */
  int USUAL_LENGTH = 128;

  /** Number of words. */
  int vocabulary();

  /** Number of the word that pads; -1 for none of its own. */
  int padding();

  /** C, the width of a token. */
  int width();

  /** Where the token is that stands for the whole text. */
  ClassToken classToken();

  /** The same with another dropout rate. */
  TextEncoder withDrop(double rate);

  /**
   * Writes the encoder.
   *
   * @return the tokens [B, N, C] of the last block
   * @throws IllegalArgumentException if the text is longer than {@link #inputSize}
   */
  SDVariable tokens(Scope scope, TextInput text);

  /** The paths of what comes before the first block. */
  List<String> stem();

  /** The paths of the blocks, in order. */
  List<String> blocks();

  @Override
  default void describe(Graph graph) {
    var _ = tokens(graph.root(), TextInput.of(graph, Math.min(USUAL_LENGTH, inputSize())));
  }

  @Override
  default String inputDescription() {
    return "texts of up to %,d tokens of %,d words".formatted(inputSize(), vocabulary());
  }

  /** Where the token is that stands for the whole text. */
  enum ClassToken {
    /** It is the first token. */
    FIRST,
    /** It is the last token before the padding; that is a word token too. */
    LAST
  }
}
