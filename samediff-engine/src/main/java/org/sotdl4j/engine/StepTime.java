package org.sotdl4j.engine;

/**
 * What one step of a program took.
 *
 * @param name of the operation
 * @param shapes of what it reads and makes, for people
 * @param work additions and multiplications of its products of matrices; 0 where it has none
 * @param bytes of what it reads and makes
 */
public record StepTime(String name, String shapes, long nanoseconds, long work, long bytes) {}
