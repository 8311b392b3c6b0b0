package org.sotdl4j.zoo;

/**
 * A model of the zoo and where it comes from.
 *
 * @param name its name, as {@code sot_tiny}
 * @param family the paper's name for its family
 * @param paper where it is described
 * @param source the official implementation
 * @param model the architecture with its usual setup
 */
public record ModelEntry(String name, String family, String paper, String source, Model model) {}
