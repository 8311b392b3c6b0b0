package org.sotdl4j.layers;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Tokens of a text by the numbers of its words, for GPT: the sum of word and position. Whole
 * numbers [B, N] to [B, N, C]. Official file: Hugging Face's {@code modeling_openai.py}.
 *
 * <p>State: {@code tokens_embed}, {@code positions_embed}.
 *
 * @param vocabulary number of words
 * @param positions number of positions
 * @param width C
 * @param drop dropout rate of the tokens
 */
public record GptEmbeddings(int vocabulary, int positions, int width, double drop)
    implements Layer {

  /**
   * @throws IllegalArgumentException if there are more tokens than positions
   */
  @Override
  public SDVariable apply(Scope scope, SDVariable ids) {
    long tokens = scope.shape(ids)[1];
    BertEmbeddings.requireFits(tokens, positions);
    SDVariable x = scope.call("tokens_embed", new Embedding(vocabulary, width, -1), ids);
    Embedding table = new Embedding(positions, width, -1);
    x = x.add(table.first(scope.child("positions_embed"), tokens));
    return scope.call("drop", new Dropout(drop), x);
  }
}
