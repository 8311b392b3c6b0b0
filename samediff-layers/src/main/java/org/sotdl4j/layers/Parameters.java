package org.sotdl4j.layers;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The state of a model by name, in the order in which its layers first asked for it. Train and eval
 * graphs built on the same instance share the arrays.
 */
public final class Parameters implements Iterable<Parameter>, AutoCloseable {

  /** Where the first values come from. */
  @FunctionalInterface
  public interface Source {

    /** Writes the values of a new parameter; {@code initializer} is what its layer would do. */
    void fill(Parameter parameter, Initializer initializer);

    /**
     * What each layer asks for, drawn from a seed: the values depend on the seed and the name only.
     */
    static Source seeded(long seed) {
      return (parameter, initializer) ->
          initializer.fill(parameter.array(), CounterRandom.of(seed, parameter.name()));
    }

    /** Leaves the values as they are: where every one is loaded afterwards. */
    static Source uninitialized() {
      return (parameter, initializer) -> {};
    }
  }

  private final DataType dataType;
  private final Source source;
  private final boolean shapesOnly;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();

  public Parameters(DataType dataType, Source source) {
    this(dataType, source, false);
  }

  private Parameters(DataType dataType, Source source, boolean shapesOnly) {
    this.dataType = dataType;
    this.source = source;
    this.shapesOnly = shapesOnly;
  }

  /**
   * Parameters to count, not to compute with: each array is one number, seen at every place, so a
   * model of any size is described at once.
   */
  public static Parameters shapesOnly(DataType dataType) {
    return new Parameters(dataType, Source.uninitialized(), true);
  }

  /** The type of the learned tensors: FLOAT or DOUBLE. */
  public DataType dataType() {
    return dataType;
  }

  /**
   * The parameter of a name, made on first use.
   *
   * @throws IllegalStateException if it exists with another shape
   */
  Parameter getOrCreate(
      String name, Parameter.Role role, DataType type, Initializer initializer, long... shape) {
    Parameter parameter = byName.get(name);
    if (parameter == null) {
      parameter = new Parameter(name, array(type, shape), role);
      source.fill(parameter, initializer);
      byName.put(name, parameter);
    }
    if (!Arrays.equals(parameter.array().shape(), shape)) {
      throw new IllegalStateException(
          "Parameter %s has shape %s, a layer asks for %s"
              .formatted(name, Arrays.toString(parameter.array().shape()), Arrays.toString(shape)));
    }
    return parameter;
  }

  private INDArray array(DataType type, long... shape) {
    return shapesOnly ? Shapes.outline(type, shape) : Nd4j.createUninitialized(type, shape);
  }

  /**
   * The array of a name.
   *
   * @throws NoSuchElementException if there is none
   */
  public INDArray get(String name) {
    Parameter parameter = byName.get(name);
    if (parameter == null) {
      throw new NoSuchElementException("No parameter is named " + name);
    }
    return parameter.array();
  }

  public boolean contains(String name) {
    return byName.containsKey(name);
  }

  @Override
  public Iterator<Parameter> iterator() {
    return byName.values().iterator();
  }

  public Stream<Parameter> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  /** The learned tensors, in order. */
  public Stream<Parameter> trainable() {
    return stream().filter(Parameter::trainable);
  }

  /** Number of learned values. */
  public long trainableCount() {
    return trainable().mapToLong(p -> p.array().length()).sum();
  }

  /**
   * Number of values of all parameters, frozen ones included, buffers not: PyTorch's {@code
   * parameters()}.
   */
  public long totalCount() {
    return stream()
        .filter(p -> p.role() != Parameter.Role.BUFFER)
        .mapToLong(p -> p.array().length())
        .sum();
  }

  /** Frees the arrays at once; graphs that use them must not run afterwards. */
  @Override
  public void close() {
    byName.values().forEach(p -> p.array().close());
    byName.clear();
  }
}
