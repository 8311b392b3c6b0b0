package org.sotdl4j.zoo;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.sotdl4j.layers.Graph;

/**
 * A batch of texts as an encoder reads it; the placeholders have Hugging Face's names.
 *
 * @param ids [B, N] the words' numbers in the vocabulary
 * @param mask [B, N] 1 for words, 0 for padding
 * @param segments [B, N] 0 in the first text of a pair, 1 in the second
 */
public record TextInput(SDVariable ids, SDVariable mask, SDVariable segments) {

  /** Name of the placeholder of {@link #ids}, INT32. */
  public static final String IDS = "input_ids";

  /** Name of the placeholder of {@link #mask}, of the activations' type. */
  public static final String MASK = "attention_mask";

  /** Name of the placeholder of {@link #segments}, INT32. */
  public static final String SEGMENTS = "token_type_ids";

  /** New placeholders for texts of a length. */
  public static TextInput of(Graph graph, int length) {
    return new TextInput(
        graph.input(IDS, DataType.INT32, length),
        graph.input(MASK, length),
        graph.input(SEGMENTS, DataType.INT32, length));
  }
}
