package org.sotdl4j.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The arrays of a plan, by the names of their variables. Memory that no name needs is reused.
 *
 * <p>Set the system property {@value #PROPERTY} to {@code poison} to find steps that read what they
 * must not: memory is then filled with NaN before its first use and when it is needed no longer,
 * and not used again.
 */
final class Memory implements AutoCloseable {

  static final String PROPERTY = "sotdl4j.memory";

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

  private final boolean imagined;
  private final boolean poisoned;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<Size, Deque<INDArray>> free = new HashMap<>();
  private final List<INDArray> owned = new ArrayList<>();
  private final IdentityHashMap<INDArray, Integer> indices = new IdentityHashMap<>();
  private final Set<String> withoutValues = new HashSet<>();
  private long bytes;

  private Memory(boolean imagined, boolean poisoned) {
    this.imagined = imagined;
    this.poisoned = poisoned;
  }

  static Memory real() {
    String choice = System.getProperty(PROPERTY, "reuse");
    return switch (choice) {
      case "reuse" -> new Memory(false, false);
      case "poison" -> new Memory(false, true);
      default ->
          throw new IllegalArgumentException(
              "The system property %s is %s; it can be reuse or poison"
                  .formatted(PROPERTY, choice));
    };
  }

  /**
   * Counts the bytes that arrays would take; they are stand-ins, but where values are asked for.
   */
  static Memory imagined() {
    return new Memory(true, false);
  }

  /** An array of zeros whose strides are all 0, so that it needs the memory of one value. */
  static INDArray standIn(DataType type, long[] shape) {
    return Arrays.stream(shape).allMatch(length -> length == 1)
        ? Nd4j.create(type, shape)
        : Nd4j.create(
            Nd4j.createBuffer(type, 1, true), shape, new long[shape.length], 0, 'c', type);
  }

  private static boolean isStandIn(INDArray array) {
    return array.length() > 1 && Arrays.stream(array.stride()).allMatch(s -> s == 0);
  }

  boolean isImagined() {
    return imagined;
  }

  /** What all arrays take, those that are reused counted once. */
  long bytes() {
    return bytes;
  }

  /** The array of a variable, or null. */
  INDArray get(String name) {
    Entry entry = entries.get(name);
    return entry == null ? null : entry.array();
  }

  /** Where a variable lies: with values somewhere else, else in the block of its memory. */
  Place place(String name) {
    Entry entry = entries.get(name);
    INDArray array = entry.array();
    return hasValues(name)
        ? new Place.Value(array, false)
        : Place.Block.of(indices.get(entry.block().array), array.dataType(), array.shape());
  }

  /** The bytes of each block, by its index in {@link Place.Block}. */
  List<Long> blocks() {
    return owned.stream().map(array -> array.length() * array.dataType().width()).toList();
  }

  /** Whether a variable has values; in imagined memory most have a shape alone. */
  boolean hasValues(String name) {
    return !withoutValues.contains(name);
  }

  /** Makes an array for an input. */
  INDArray input(String name, INDArray given) {
    if (imagined) {
      withoutValues.add(name);
    }
    return own(name, imagined ? standIn(given.dataType(), given.shape()) : given.dup('c'));
  }

  private INDArray own(String name, INDArray array) {
    // In double, which saturates where a long would become negative.
    bytes = (long) (bytes + (double) array.length() * array.dataType().width());
    indices.put(array, owned.size());
    owned.add(array);
    entries.put(name, new Entry(array, new Block(array)));
    return array;
  }

  /** Makes an array with arbitrary contents, in memory of its own that is never reused. */
  INDArray reserve(String name, LongShapeDescriptor shape) {
    INDArray array = own(name, Nd4j.createUninitialized(shape.dataType(), shape.getShape()));
    entries.get(name).block().names++;
    return array;
  }

  /**
   * Makes an array with arbitrary contents.
   *
   * @param values whether imagined memory has the array's values too
   */
  INDArray allocate(String name, LongShapeDescriptor descriptor, boolean values) {
    if (imagined && !values) {
      withoutValues.add(name);
    }
    DataType type = descriptor.dataType();
    long[] shape = descriptor.getShape();
    long length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    Deque<INDArray> sameSize = free.get(new Size(type, length));
    if (sameSize == null || sameSize.isEmpty() || (imagined && values)) {
      INDArray array =
          imagined && !values ? standIn(type, shape) : Nd4j.createUninitialized(type, shape);
      poison(array);
      return own(name, array);
    }
    INDArray array = sameSize.pop();
    INDArray shaped = shaped(array, shape);
    entries.put(name, new Entry(shaped, new Block(array)));
    return shaped;
  }

  private static INDArray shaped(INDArray array, long[] shape) {
    return isStandIn(array) ? standIn(array.dataType(), shape) : array.reshape('c', shape);
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
    entries.put(name, new Entry(shaped(entry.array(), shape), entry.block()));
    if (!hasValues(of)) {
      withoutValues.add(name);
    }
  }

  /**
   * Says that no later step reads or returns a variable.
   *
   * @return a step to run when this happens; null for none
   */
  Step release(String name) {
    Block block = entries.get(name).block();
    block.names--;
    if (block.names > 0 || block.array.isEmpty()) {
      return null;
    }
    INDArray array = block.array;
    if (poisoned) {
      return () -> poison(array);
    }
    free.computeIfAbsent(new Size(array.dataType(), array.length()), s -> new ArrayDeque<>())
        .push(array);
    return null;
  }

  private void poison(INDArray array) {
    if (poisoned && array.dataType().isFPType() && !array.isEmpty()) {
      array.assign(Double.NaN);
    }
  }

  @Override
  public void close() {
    owned.stream().filter(INDArray::closeable).forEach(INDArray::close);
  }
}
