package org.sotdl4j.datasets.text;

/**
 * A text or a pair of texts as numbers, special tokens included.
 *
 * @param ids the tokens' numbers in the vocabulary
 * @param segments 0 for tokens of the first text, 1 for those of the second
 * @param truncated whether something was cut off
 */
@SuppressWarnings("ArrayRecordComponent")
public record Encoded(int[] ids, int[] segments, boolean truncated) {

  /** Number of tokens. */
  public int length() {
    return ids.length;
  }
}
