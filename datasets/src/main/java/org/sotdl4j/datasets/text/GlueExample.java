package org.sotdl4j.datasets.text;

/**
 * A line of a GLUE file.
 *
 * @param index its number in the file, as predictions name it
 * @param first the text
 * @param second of a pair; null where there is none
 * @param label the label's number, or the number to answer with; NaN in test files
 */
public record GlueExample(String index, String first, String second, double label) {}
