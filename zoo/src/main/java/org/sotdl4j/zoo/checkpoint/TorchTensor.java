package org.sotdl4j.zoo.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor of a PyTorch file, as a view of its storage.
 *
 * @param storage where its values lie
 * @param offset of the first, in elements
 * @param shape its dimensions
 * @param strides how many elements lie between neighbours in each dimension
 */
record TorchTensor(TorchStorage storage, long offset, List<Long> shape, List<Long> strides) {

  /** Where a tensor repeats values (stride 0), it may take this much more than its storage. */
  private static final long MAX_REPEATED = 64 << 20;

  /**
   * Binds the tensor to its storage's bytes.
   *
   * @throws CheckpointException if it does not lie inside
   */
  StoredTensor in(MemorySegment bytes, MappedFile file, String name) {
    int width = storage.type().dataType().width();
    if (bytes.byteSize() / width < storage.length() || storage.length() < 0) {
      throw file.damaged(
          "the storage of tensor %s should hold %d values of type %s and has %d bytes"
              .formatted(name, storage.length(), storage.type(), bytes.byteSize()));
    }
    if (shape.size() != strides.size()) {
      throw file.damaged(
          "tensor %s has %d dimensions and %d strides"
              .formatted(name, shape.size(), strides.size()));
    }
    try {
      if (!isInside(bytes.byteSize() / width * width)) {
        throw file.damaged(
            "tensor %s of shape %s, strides %s and offset %d is not inside its storage of %d values"
                .formatted(name, shape, strides, offset, storage.length()));
      }
    } catch (ArithmeticException e) {
      throw file.damaged("tensor %s has the impossible shape %s".formatted(name, shape), e);
    }
    return new StoredTensor(
        storage.type(),
        shape,
        strides,
        bytes.asSlice(offset * width, bytes.byteSize() - offset * width));
  }

  private boolean isInside(long storageBytes) {
    int width = storage.type().dataType().width();
    long count = 1;
    long last = offset;
    for (int i = 0; i < shape.size(); i++) {
      long n = shape.get(i);
      if (n < 0 || strides.get(i) < 0) {
        return false;
      }
      count = Math.multiplyExact(count, n);
      last = Math.addExact(last, Math.multiplyExact(Math.max(n - 1, 0), strides.get(i)));
    }
    return offset >= 0
        && (count == 0 ? offset : last + 1) <= storage.length()
        && Math.multiplyExact(count, width) <= Math.addExact(storageBytes, MAX_REPEATED);
  }
}
