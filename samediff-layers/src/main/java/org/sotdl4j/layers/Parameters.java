package org.sotdl4j.layers;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
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

    /**
     * Leaves the memory as it is, untouched: for counting, and where every value is loaded
     * afterwards.
     */
    static Source uninitialized() {
      return (parameter, initializer) -> {};
    }

    /**
     * Fills only what is not learned, for loading: files may lack tables that follow from a model's
     * sizes.
     */
    static Source notLearned() {
      Source all = seeded(0);
      return (parameter, initializer) -> {
        if (!parameter.trainable()) {
          all.fill(parameter, initializer);
        }
      };
    }
  }

  /** Gives a new parameter its array. */
  @FunctionalInterface
  private interface Allocator {
    INDArray allocate(String name, DataType type, long[] shape);
  }

  private final DataType dataType;
  private final Source source;
  private final Allocator allocator;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();

  /**
   * An empty state.
   *
   * @param dataType FLOAT or DOUBLE
   * @param source gives new parameters their values
   */
  public Parameters(DataType dataType, Source source) {
    this(dataType, source, (_, type, shape) -> Nd4j.createUninitialized(type, shape));
  }

  private Parameters(DataType dataType, Source source, Allocator allocator) {
    this.dataType = dataType;
    this.source = source;
    this.allocator = allocator;
  }

  /** A state without memory for its values: for counting. Its graphs cannot run. */
  public static Parameters shapesOnly() {
    return shapesOnly(Source.uninitialized());
  }

  /**
   * A state without memory for its values, for looking at shapes as they come.
   *
   * @param source is told every new parameter and must not write into it
   */
  public static Parameters shapesOnly(Source source) {
    return new Parameters(DataType.FLOAT, source, (_, type, shape) -> Shapes.standIn(type, shape));
  }

  /**
   * A state in arrays that exist already, where counts may be held as floats.
   *
   * @param source writes the first values into them, or leaves them as they are
   * @param arrays gives the array of a name, in a shape
   */
  public static Parameters on(
      DataType dataType, Source source, BiFunction<String, long[], INDArray> arrays) {
    return new Parameters(dataType, source, (name, _, shape) -> arrays.apply(name, shape));
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
      parameter = new Parameter(name, allocator.allocate(name, type, shape), role);
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
