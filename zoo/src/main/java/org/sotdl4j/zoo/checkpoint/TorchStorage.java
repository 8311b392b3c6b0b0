package org.sotdl4j.zoo.checkpoint;

/**
 * A block of memory that tensors of a PyTorch file share.
 *
 * @param key its name in the file
 * @param type of its elements
 * @param length number of its elements
 */
record TorchStorage(String key, TensorType type, long length) {}
