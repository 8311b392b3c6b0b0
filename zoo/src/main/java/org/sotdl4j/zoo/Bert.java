package org.sotdl4j.zoo;

import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.BertBlock;
import org.sotdl4j.layers.BertEmbeddings;
import org.sotdl4j.layers.Gelu;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.Linear;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.Tokens;

/**
 * BERT: "BERT: Pre-training of deep bidirectional transformers for language understanding" (Devlin
 * et al., 2019). SpanBERT (Joshi et al., 2020) and MiniLM (Wang et al., 2020) are the same network
 * trained otherwise, {@link Roberta} counts positions otherwise.
 *
 * @param vocabulary number of words
 * @param width C
 * @param depth number of blocks
 * @param heads attention heads
 * @param hidden width inside the MLPs
 * @param activation inside the MLPs
 * @param positions number of positions
 * @param types number of segments
 * @param padding number of the word that pads; -1 for none
 * @param numbering how tokens get their positions
 * @param eps the layer norms' epsilon
 * @param drop dropout rate of tokens, branches and attention weights
 */
public record Bert(
    int vocabulary,
    int width,
    int depth,
    int heads,
    int hidden,
    Layer activation,
    int positions,
    int types,
    int padding,
    BertEmbeddings.Numbering numbering,
    double eps,
    double drop)
    implements TextEncoder {

  private static final int UNCASED = 30522;
  private static final int CASED = 28996;

  static final Family FAMILY =
      new Family(
          "BERT",
          "Devlin et al., BERT: Pre-training of deep bidirectional transformers for language understanding, 2019",
          "huggingface/transformers models/bert/modeling_bert.py",
          List.of(
              new Variant("bert_base", usual(UNCASED, 768, 12)),
              new Variant("bert_large", usual(UNCASED, 1024, 24)),
              new Variant("bert_base_cased", usual(CASED, 768, 12)),
              new Variant("bert_large_cased", usual(CASED, 1024, 24)),
              new Variant("spanbert_base", usual(CASED, 768, 12)),
              new Variant("spanbert_large", usual(CASED, 1024, 24)),
              new Variant("bert_tiny", usual(UNCASED, 128, 2)),
              new Variant("bert_mini", usual(UNCASED, 256, 4)),
              new Variant("bert_small", usual(UNCASED, 512, 4)),
              new Variant("bert_medium", usual(UNCASED, 512, 8)),
              new Variant("minilm_l6", miniLm())));

  /** With heads of 64 channels, as all of Google's. */
  private static Bert usual(int vocabulary, int width, int depth) {
    return of(vocabulary, width, depth, width / 64);
  }

  /** Sentence Transformers' {@code all-MiniLM-L6-v2}. */
  private static Bert miniLm() {
    return of(UNCASED, 384, 6, 12);
  }

  private static Bert of(int vocabulary, int width, int depth, int heads) {
    return new Bert(
        vocabulary,
        width,
        depth,
        heads,
        4 * width,
        new Gelu(),
        512,
        2,
        0,
        BertEmbeddings.Numbering.ALL,
        1e-12,
        0);
  }

  @Override
  public Bert withDrop(double rate) {
    return new Bert(
        vocabulary,
        width,
        depth,
        heads,
        hidden,
        activation,
        positions,
        types,
        padding,
        numbering,
        eps,
        rate);
  }

  private BertEmbeddings embeddings() {
    return new BertEmbeddings(vocabulary, positions, types, width, padding, numbering, eps, drop);
  }

  @Override
  public int inputSize() {
    return embeddings().longest();
  }

  @Override
  public ClassToken classToken() {
    return ClassToken.FIRST;
  }

  @Override
  public SDVariable tokens(Scope scope, TextInput text) {
    SDVariable x =
        scope.call(
            "embeddings", (s, ids) -> embeddings().apply(s, ids, text.segments()), text.ids());
    BertBlock block = new BertBlock(width, heads, hidden, activation, eps, drop, drop);
    for (String path : blocks()) {
      x = scope.call(path, (s, in) -> block.apply(s, in, text.mask()), x);
    }
    return x;
  }

  /**
   * Writes the pooler, which pre-training leaves behind the first token: [B, N, C] to [B, C]. Our
   * heads do not use it.
   */
  public SDVariable pooled(Scope scope, SDVariable tokens) {
    SDVariable y =
        scope.call("pooler.dense", new Linear(width, width), Tokens.at(scope, tokens, 0));
    return scope.sd().math.tanh(y);
  }

  @Override
  public void describe(Graph graph) {
    int length = Math.min(USUAL_LENGTH, inputSize());
    var _ = pooled(graph.root(), tokens(graph.root(), TextInput.of(graph, length)));
  }

  @Override
  public List<String> stem() {
    return List.of("embeddings");
  }

  @Override
  public List<String> blocks() {
    return IntStream.range(0, depth).mapToObj(i -> "encoder.layer." + i).toList();
  }
}
