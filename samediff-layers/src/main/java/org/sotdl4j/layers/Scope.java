package org.sotdl4j.layers;

import java.util.function.Function;
import java.util.stream.LongStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer's place in a graph under construction: a path such as {@code blocks.3.attn} under which
 * its parameters live, and the graph itself.
 */
public final class Scope {

  private final Graph graph;
  private final String path;
  private final Linear.Start linearStart;

  Scope(Graph graph, String path, Linear.Start linearStart) {
    this.graph = graph;
    this.path = path;
    this.linearStart = linearStart;
  }

  /** The same place, where linear layers begin with other values. */
  public Scope with(Linear.Start start) {
    return new Scope(graph, path, start);
  }

  Linear.Start linearStart() {
    return linearStart;
  }

  /** The graph that ops are written into. */
  public SameDiff sd() {
    return graph.sameDiff();
  }

  public boolean training() {
    return graph.phase() == Phase.TRAIN;
  }

  /** The type of activations and parameters. */
  public DataType dataType() {
    return graph.parameters().dataType();
  }

  /** The scope of a part of this layer. */
  public Scope child(String name) {
    return new Scope(graph, qualified(name), linearStart);
  }

  /** Applies a layer under a name and remembers its output as the activation of that path. */
  public SDVariable call(String name, Layer layer, SDVariable x) {
    SDVariable y = part(name, scope -> graph.probed(scope.path, layer.apply(scope, x)));
    remember(name, y);
    return y;
  }

  /** Writes a part under a name and notes which ops it is made of. */
  <T> T part(String name, Function<Scope, T> layer) {
    int begin = sd().getOps().size();
    T written = layer.apply(child(name));
    graph.parts().add(new GraphPart(qualified(name), begin, sd().getOps().size()));
    return written;
  }

  /** Remembers a variable as the activation of a path. */
  void remember(String name, SDVariable y) {
    graph.activations().put(qualified(name), y);
  }

  /**
   * Applies a chain of layers under a name, its members named 0, 1, 2, ... (PyTorch's {@code
   * Sequential}).
   */
  public SDVariable sequential(String name, SDVariable x, Layer... layers) {
    return call(
        name,
        (scope, input) -> {
          SDVariable y = input;
          for (int i = 0; i < layers.length; i++) {
            y = scope.call(String.valueOf(i), layers[i], y);
          }
          return y;
        },
        x);
  }

  /** A learned parameter, made on first use. */
  public SDVariable parameter(String name, Initializer initializer, long... shape) {
    Parameter parameter =
        graph
            .parameters()
            .getOrCreate(qualified(name), Parameter.Role.TRAINABLE, dataType(), initializer, shape);
    return variable(parameter);
  }

  /** A parameter that is part of the state but not learned. */
  public SDVariable frozen(String name, Initializer initializer, long... shape) {
    return variable(
        graph
            .parameters()
            .getOrCreate(qualified(name), Parameter.Role.FROZEN, dataType(), initializer, shape));
  }

  /** State that is no parameter, such as running statistics. */
  public SDVariable buffer(String name, Initializer initializer, long... shape) {
    return variable(
        graph
            .parameters()
            .getOrCreate(qualified(name), Parameter.Role.BUFFER, dataType(), initializer, shape));
  }

  /** A whole number of the state that no op reads, such as the count of batches seen. */
  public void counter(String name) {
    wholeNumbers(name, Initializer.ZEROS);
  }

  /** Whole numbers of the state that no op reads. */
  void wholeNumbers(String name, Initializer initializer, long... shape) {
    var _ =
        graph
            .parameters()
            .getOrCreate(
                qualified(name), Parameter.Role.BUFFER, DataType.INT64, initializer, shape);
  }

  /** A fixed array that is no part of the state. */
  public SDVariable constant(INDArray value) {
    return sd().constant(value.castTo(dataType()));
  }

  /**
   * A placeholder for a random mask that keeps the mean of what it multiplies.
   *
   * @param rate the share to drop
   * @param shape the mask's shape, its first entry stands for the batch
   */
  public SDVariable mask(double rate, long... shape) {
    long[] open = shape.clone();
    open[0] = -1;
    RandomSite site = new RandomSite(qualified("mask"), rate, LongStream.of(open).boxed().toList());
    graph.randomSites().add(site);
    return sd().placeHolder(site.name(), dataType(), open);
  }

  /** Asks that each training step updates this layer's running statistics. */
  public void running(SDVariable mean, SDVariable variance, long valuesPerSample, double momentum) {
    graph
        .runningStatistics()
        .add(new RunningStatistics(path, mean.name(), variance.name(), valuesPerSample, momentum));
  }

  /** The shape of a variable; dimension 0 is the batch and reads 1. */
  public long[] shape(SDVariable x) {
    return graph.shapes().of(x);
  }

  private SDVariable variable(Parameter parameter) {
    SDVariable existing = sd().getVariable(parameter.name());
    if (existing != null) {
      return existing;
    }
    if (parameter.trainable() && graph.probes().isEmpty()) {
      return sd().var(parameter.name(), parameter.array());
    }
    SDVariable constant = sd().constant(parameter.name(), parameter.array());
    // Of a view SameDiff takes a copy, which would not see the values change.
    sd().setArrayForVariable(parameter.name(), parameter.array());
    return constant;
  }

  private String qualified(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
