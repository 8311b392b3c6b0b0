package org.sotdl4j.zoo;

/**
 * A size of a family.
 *
 * @param name the name users know, as {@code sot_tiny}
 * @param architecture with its usual setup
 */
record Variant(String name, Architecture architecture) {}
