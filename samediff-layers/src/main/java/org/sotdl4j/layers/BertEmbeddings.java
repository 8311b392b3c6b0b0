package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Tokens of a text by the numbers of its words: the sum of word, position and segment, normalised.
 * "BERT" (Devlin et al., 2019), section 3; "RoBERTa" (Liu et al., 2019). Official files: Hugging
 * Face's {@code modeling_bert.py} and {@code modeling_roberta.py}.
 *
 * <p>State: {@code word_embeddings}, {@code position_embeddings}, {@code token_type_embeddings},
 * {@code LayerNorm}.
 *
 * @param vocabulary number of words
 * @param positions number of positions, RoBERTa's unused first ones included
 * @param types number of segments
 * @param width C
 * @param padding number of the word that pads; -1 for none
 * @param numbering how tokens get their positions
 * @param eps the layer norm's epsilon
 * @param drop dropout rate of the tokens
 */
public record BertEmbeddings(
    int vocabulary,
    int positions,
    int types,
    int width,
    int padding,
    Numbering numbering,
    double eps,
    double drop) {

  /** How tokens get their positions. */
  public enum Numbering {
    /** From 0 on, padding too. */
    ALL,
    /** Padding has the position of its own number, the others count from there on: RoBERTa's. */
    WORDS
  }

  public BertEmbeddings {
    if (numbering == Numbering.WORDS && padding < 0) {
      throw new IllegalArgumentException("Words are counted from a padding's number on");
    }
  }

  /** The longest text: how many tokens have positions. */
  public int longest() {
    return numbering == Numbering.ALL ? positions : positions - padding - 1;
  }

  /**
   * Writes the embedding.
   *
   * @param ids [B, N] numbers of words
   * @param segments [B, N] numbers of segments
   * @return [B, N, C]
   * @throws IllegalArgumentException if there are more tokens than positions
   */
  public SDVariable apply(Scope scope, SDVariable ids, SDVariable segments) {
    long tokens = scope.shape(ids)[1];
    requireFits(tokens, longest());
    SDVariable x = scope.call("word_embeddings", new Embedding(vocabulary, width, padding), ids);
    x = x.add(scope.call("token_type_embeddings", new Embedding(types, width, -1), segments));
    x = x.add(scope.call("position_embeddings", this::positions, ids));
    x = scope.call("LayerNorm", new LayerNorm(width, eps), x);
    return scope.call("dropout", new Dropout(drop), x);
  }

  static void requireFits(long tokens, int longest) {
    if (tokens > longest) {
      throw new IllegalArgumentException(
          "A text of %d tokens is too long for %d positions".formatted(tokens, longest));
    }
  }

  private SDVariable positions(Scope scope, SDVariable ids) {
    if (numbering == Numbering.ALL) {
      return new Embedding(positions, width, -1).first(scope, scope.shape(ids)[1]);
    }
    SDVariable word = Masks.isNot(scope, ids, padding);
    SDVariable counted = scope.sd().cumsum(word, 1).mul(word).add(padding);
    return new Embedding(positions, width, padding).apply(scope, counted.castTo(DataType.INT32));
  }
}
