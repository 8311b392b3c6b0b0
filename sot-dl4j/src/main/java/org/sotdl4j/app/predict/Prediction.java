package org.sotdl4j.app.predict;

/**
 * A class and how probable it is.
 *
 * @param className its name, or {@code class 7} where the model does not know names
 * @param index its number among the model's classes
 * @param probability from 0 to 1
 */
public record Prediction(String className, int index, double probability) {}
