package org.sotdl4j.zoo;

import java.util.List;
import org.sotdl4j.layers.BertEmbeddings;
import org.sotdl4j.layers.Gelu;

/**
 * RoBERTa: "RoBERTa: A robustly optimized BERT pretraining approach" (Liu et al., 2019). A {@link
 * Bert} with another vocabulary, one segment, and positions counted from 2 on.
 */
final class Roberta {

  static final Family FAMILY =
      new Family(
          "RoBERTa",
          "Liu et al., RoBERTa: A robustly optimized BERT pretraining approach, 2019",
          "huggingface/transformers models/roberta/modeling_roberta.py",
          List.of(
              new Variant("roberta_base", of(768, 12)),
              new Variant("roberta_large", of(1024, 24))));

  private Roberta() {}

  private static Bert of(int width, int depth) {
    return new Bert(
        50265,
        width,
        depth,
        width / 64,
        4 * width,
        new Gelu(),
        514,
        1,
        1,
        BertEmbeddings.Numbering.WORDS,
        1e-5,
        0);
  }
}
