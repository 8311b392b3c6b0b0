package org.sotdl4j.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The arrays of a plan, by the names of their variables. Memory that no name needs is reused. */
final class Memory implements AutoCloseable {

  /** What an array must have in common with another to take its place. */
  private record Size(DataType type, long length) {}

  /** A piece of memory and the number of names that still need it. */
  private static final class Block {
    final INDArray array;
    int names = 1;

    Block(INDArray array) {
      this.array = array;
    }
  }

  /** A variable's array, and the memory in which it lies. */
  private record Entry(INDArray array, Block block) {}

  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<Size, Deque<INDArray>> free = new HashMap<>();
  private final List<INDArray> owned = new ArrayList<>();

  /** The array of a variable, or null. */
  INDArray get(String name) {
    Entry entry = entries.get(name);
    return entry == null ? null : entry.array();
  }

  /** Takes over an array, to be closed with the others. */
  INDArray own(String name, INDArray array) {
    owned.add(array);
    entries.put(name, new Entry(array, new Block(array)));
    return array;
  }

  /** Makes an array with arbitrary contents, in memory of its own that is never reused. */
  INDArray reserve(String name, DataType type, long[] shape) {
    INDArray array = own(name, Nd4j.createUninitialized(type, shape));
    entries.get(name).block().names++;
    return array;
  }

  /** Makes an array with arbitrary contents. */
  INDArray allocate(String name, DataType type, long[] shape) {
    long length = 1;
    for (long n : shape) {
      length *= n;
    }
    Deque<INDArray> sameSize = free.get(new Size(type, length));
    if (sameSize == null || sameSize.isEmpty()) {
      return own(name, Nd4j.createUninitialized(type, shape));
    }
    INDArray array = sameSize.pop();
    INDArray shaped = array.reshape('c', shape);
    entries.put(name, new Entry(shaped, new Block(array)));
    return shaped;
  }

  /** Whether a variable lies here. */
  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** Whether no other variable lies in the memory of one. */
  boolean isOnlyName(String name) {
    return entries.get(name).block().names == 1;
  }

  /** Gives a variable the memory of another, which needs it no longer once it is released. */
  INDArray takeOver(String name, String from, long[] shape) {
    view(name, from, shape);
    return get(name);
  }

  /** Gives a variable's memory a second name and shape. */
  void view(String name, String of, long[] shape) {
    Entry entry = entries.get(of);
    entry.block().names++;
    entries.put(name, new Entry(entry.array().reshape('c', shape), entry.block()));
  }

  /** Says that no later step reads or returns a variable. */
  void release(String name) {
    Block block = entries.get(name).block();
    block.names--;
    if (block.names == 0 && !block.array.isEmpty()) {
      INDArray array = block.array;
      free.computeIfAbsent(new Size(array.dataType(), array.length()), s -> new ArrayDeque<>())
          .push(array);
    }
  }

  @Override
  public void close() {
    owned.stream().filter(INDArray::closeable).forEach(INDArray::close);
  }
}
