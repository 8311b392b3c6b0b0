package org.sotdl4j.engine;

/**
 * What one step of a program took.
 *
 * @param name of the operation
 * @param shapes of what it reads and makes, for people
 */
public record StepTime(String name, String shapes, long nanoseconds) {}
