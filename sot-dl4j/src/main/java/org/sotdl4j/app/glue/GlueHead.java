package org.sotdl4j.app.glue;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.sotdl4j.layers.ClassTokenHead;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.layers.WordTokensHead;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Which tokens decide. */
public enum GlueHead {
  CLASS("class", "the class token"),
  WORD("word", "the word tokens"),
  CLASS_WORD("class+word", "class and word tokens");

  private final String option;
  private final String words;

  GlueHead(String option, String words) {
    this.option = option;
    this.words = words;
  }

  /**
   * The head; word tokens are pooled by their cross-covariances with svPN.
   *
   * @param width C
   * @param heads of the pooling
   * @param headWidth width of a head's projections
   * @param drop dropout rate on the representation
   */
  ClassificationHead head(int width, int heads, int headWidth, double drop) {
    var pooling =
        new MultiHeadPooling(width, heads, headWidth, false, SvPn.standard(headWidth), drop);
    return switch (this) {
      case CLASS -> new ClassTokenHead(width, 0);
      case WORD -> new WordTokensHead(pooling);
      case CLASS_WORD -> new Classifier(width, pooling);
    };
  }

  /** In words. */
  public String words() {
    return words;
  }

  /** As the option {@code --head} takes it. */
  @Override
  public String toString() {
    return option;
  }

  /** Reads the option {@code --head}. */
  public static final class Converter implements ITypeConverter<GlueHead> {

    @Override
    public GlueHead convert(String value) {
      return Arrays.stream(values())
          .filter(head -> head.option.equalsIgnoreCase(value))
          .findFirst()
          .orElseThrow(() ->
              new TypeConversionException(
                  "must be %s, not %s"
                      .formatted(
                          Arrays.stream(values())
                              .map(GlueHead::toString)
                              .collect(Collectors.joining(", ")),
                          value)));
    }
  }
}
