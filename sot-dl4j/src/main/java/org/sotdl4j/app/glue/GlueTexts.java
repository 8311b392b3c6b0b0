package org.sotdl4j.app.glue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.sotdl4j.datasets.text.GlueExample;
import org.sotdl4j.datasets.text.Tokenizer;
import org.sotdl4j.zoo.TextEncoder;

/**
 * Makes numbers of texts.
 *
 * @param tokenizer cuts them
 * @param encoder will read them
 */
public record GlueTexts(Tokenizer tokenizer, TextEncoder encoder) {

  Texts of(List<GlueExample> examples) {
    return Texts.of(examples, tokenizer, encoder);
  }

  /** The same of several sets, by their names. */
  SequencedMap<String, Texts> of(SequencedMap<String, List<GlueExample>> sets) {
    SequencedMap<String, Texts> texts = new LinkedHashMap<>();
    sets.forEach((name, examples) -> texts.put(name, of(examples)));
    return texts;
  }
}
