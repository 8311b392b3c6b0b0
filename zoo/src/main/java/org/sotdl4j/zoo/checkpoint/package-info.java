/**
 * Models' states in files: {@link org.sotdl4j.zoo.checkpoint.Checkpoint} saves and loads, {@link
 * org.sotdl4j.zoo.checkpoint.FineTuning} fits a state to another size, {@link
 * org.sotdl4j.zoo.checkpoint.TensorFile} reads the formats.
 *
 * <p>Files come from strangers. Each reader maps a file, checks all of its structure before any
 * value is read, bounds what it allocates by the file's size, and throws nothing but {@link
 * org.sotdl4j.zoo.checkpoint.CheckpointException}, one sentence.
 */
package org.sotdl4j.zoo.checkpoint;
