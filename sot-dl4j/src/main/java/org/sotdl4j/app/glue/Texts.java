package org.sotdl4j.app.glue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.text.Encoded;
import org.sotdl4j.datasets.text.GlueExample;
import org.sotdl4j.datasets.text.LengthBuckets;
import org.sotdl4j.datasets.text.TextBatch;
import org.sotdl4j.datasets.text.Tokenizer;
import org.sotdl4j.zoo.TextEncoder;
import org.sotdl4j.zoo.TextInput;

/**
 * Texts as numbers, and what a model is to answer.
 *
 * @param encoded the texts
 * @param labels the answers
 * @param padding number of the word that fills up
 * @param longest tokens that the model has positions for
 */
@SuppressWarnings("ArrayRecordComponent")
record Texts(List<Encoded> encoded, double[] labels, int padding, int longest) {

  /**
   * @throws DatasetException if a text has no token at all, as one of control characters
   */
  static Texts of(List<GlueExample> examples, Tokenizer tokenizer, TextEncoder encoder) {
    List<Encoded> encoded = new ArrayList<>();
    for (GlueExample example : examples) {
      Encoded text = tokenizer.encode(example.first(), example.second());
      if (text.length() == 0) {
        throw new DatasetException("The text '%s' has no tokens".formatted(example.first()));
      }
      encoded.add(text);
    }
    double[] labels = examples.stream().mapToDouble(GlueExample::label).toArray();
    return new Texts(encoded, labels, Math.max(encoder.padding(), 0), encoder.inputSize());
  }

  LengthBuckets buckets(int batchSize) {
    return new LengthBuckets(encoded, batchSize, longest);
  }

  long truncated() {
    return encoded.stream().filter(Encoded::truncated).count();
  }

  /** What a model reads of a batch, by placeholder. */
  Map<String, INDArray> input(TextBatch batch) {
    Map<String, INDArray> input = new HashMap<>();
    input.put(TextInput.IDS, batch.ids(encoded, padding));
    input.put(TextInput.SEGMENTS, batch.segments(encoded));
    input.put(TextInput.MASK, batch.mask(encoded));
    return input;
  }
}
