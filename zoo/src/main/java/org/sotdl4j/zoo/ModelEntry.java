package org.sotdl4j.zoo;

/**
 * A model of the zoo and where it comes from.
 *
 * @param name its name, as {@code sot_tiny}
 * @param family the paper's name for its family
 * @param paper where it is described
 * @param source the official implementation
 * @param architecture with its usual setup
 */
public record ModelEntry(
    String name, String family, String paper, String source, Architecture architecture) {

  /**
   * The architecture, where it reads pictures.
   *
   * @throws UnknownModelException if it does not
   */
  public Model model() {
    if (architecture instanceof Model model) {
      return model;
    }
    throw new UnknownModelException(
        "%s reads texts, not pictures: './sot glue' trains it.".formatted(name));
  }

  /**
   * The architecture, where it reads texts.
   *
   * @throws UnknownModelException if it does not
   */
  public TextEncoder encoder() {
    if (architecture instanceof TextEncoder encoder) {
      return encoder;
    }
    throw new UnknownModelException("%s reads pictures, not texts.".formatted(name));
  }
}
