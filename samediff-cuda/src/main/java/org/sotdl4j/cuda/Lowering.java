package org.sotdl4j.cuda;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.sotdl4j.engine.Attention;
import org.sotdl4j.engine.BatchNorm;
import org.sotdl4j.engine.Computation;
import org.sotdl4j.engine.Convolution;
import org.sotdl4j.engine.DepthwiseConvolution;
import org.sotdl4j.engine.Gelu;
import org.sotdl4j.engine.LayerNorm;
import org.sotdl4j.engine.Linear;
import org.sotdl4j.engine.Lookup;
import org.sotdl4j.engine.MaxPool;
import org.sotdl4j.engine.NativeOperation;
import org.sotdl4j.engine.Place;
import org.sotdl4j.engine.Product;
import org.sotdl4j.engine.Reshape;
import org.sotdl4j.engine.RunningNorm;
import org.sotdl4j.engine.Schedule;
import org.sotdl4j.engine.Slice;
import org.sotdl4j.engine.SumOperation;
import org.sotdl4j.engine.Task;

/** Turns the tasks of a schedule into steps of a GPU. */
final class Lowering {

  private final java.util.function.Function<Place, Buffer> places;
  private final Emitter emitter;

  /**
   * @param places where on the device everything lies
   */
  Lowering(java.util.function.Function<Place, Buffer> places, Emitter emitter) {
    this.places = places;
    this.emitter = emitter;
  }

  /**
   * The scratch memory that the tasks need one after the other.
   *
   * @throws UnsupportedOperationException if a task cannot run on a GPU; one sentence says which
   */
  static long scratchBytes(Schedule schedule) {
    Emitter emitter = new Emitter(0);
    Lowering lowering = new Lowering(place -> new Buffer(0, place.type(), place.shape()), emitter);
    schedule.tasks().forEach(lowering::lower);
    return emitter.scratchBytes();
  }

  /**
   * Emits the steps of a task.
   *
   * @throws UnsupportedOperationException if it cannot run on a GPU; one sentence says which
   */
  void lower(Task task) {
    List<Buffer> in = task.in().stream().map(places).toList();
    List<Buffer> out = task.out().stream().map(places).toList();
    emitter.nextTask();
    try {
      if (in.stream().anyMatch(x -> x.type() == DataType.DOUBLE)) {
        throw new UnsupportedOperationException("it is of type DOUBLE");
      }
      lower(task.computation(), in, out);
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(
          "The op %s, which makes %s, does not run on a GPU: %s. Use --device cpu"
              .formatted(task.computation().name(), task.variable(), e.getMessage()),
          e);
    }
  }

  private void lower(Computation computation, List<Buffer> in, List<Buffer> out) {
    Buffer x = in.getFirst();
    Buffer target = out.getFirst();
    switch (computation) {
      case NativeOperation(var op) -> NativeOps.lower(emitter, new Call(op, in, out));
      case Linear _ -> Products.linear(emitter, in, target);
      case Linear.RowSum _ ->
          Elementwise.of(Function.COPY, x)
              .sum(emitter, x.shape(), target.reshaped(1, target.length()), 1);
      case Product(boolean transposeA, boolean transposeB) ->
          Products.product(emitter, x, transposeA, in.get(1), transposeB, target);
      case LayerNorm(double eps) -> Norms.layerNorm(emitter, eps, in, out);
      case LayerNorm.Gradient _ -> Norms.layerNormGradient(emitter, in, out);
      case BatchNorm(double eps) -> Norms.batchNorm(emitter, eps, in, out);
      case BatchNorm.Gradient(double eps) -> Norms.batchNormGradient(emitter, eps, in, out);
      case RunningNorm(double eps) -> Norms.runningNorm(emitter, eps, in, target);
      case Gelu _ -> Elementwise.of(Function.GELU, x).map(emitter, target);
      case Gelu.Gradient _ ->
          Elementwise.of(Function.GELU_GRADIENT, in.get(1), x).map(emitter, target);
      case Attention attention -> Attentions.forward(emitter, attention, x, out);
      case Attention.Gradient(Attention attention) ->
          Attentions.backward(emitter, attention, in, target);
      case SumOperation _ -> sum(in, target);
      case Reshape _ -> Elementwise.of(Function.COPY, x).map(emitter, target);
      case Slice slice -> Copies.slice(emitter, slice.from(), x, target);
      case Slice.Padding(Slice slice) -> Copies.pad(emitter, slice.from(), x, target);
      case Lookup _ -> Lookups.forward(emitter, in, target);
      case Lookup.Gradient _ -> Lookups.backward(emitter, x, in.get(1), target);
      case MaxPool pool -> Windows.pool(emitter, "max_pool", window(pool), x, target);
      case MaxPool.Gradient(MaxPool pool) ->
          Windows.poolGradient(emitter, "max_pool_bp", window(pool), in.get(1), x, target);
      case Convolution convolution ->
          new Convolutions(emitter, Window.of(convolution), x, in.get(1), target)
              .forward(in.size() < 3 ? null : in.get(2));
      case Convolution.Gradient(Convolution convolution, boolean byInput) ->
          convolutionGradient(Window.of(convolution), byInput, in, out);
      case DepthwiseConvolution(Convolution shape) ->
          DepthwiseConvolutions.forward(emitter, Window.of(shape), in, target);
      case DepthwiseConvolution.Gradient(DepthwiseConvolution(Convolution shape)) ->
          DepthwiseConvolutions.backward(emitter, Window.of(shape), in, out);
      default -> throw new UnsupportedOperationException("it is not written for one yet");
    }
  }

  private static Window window(MaxPool pool) {
    return new Window(pool.kernel(), pool.stride(), pool.padding());
  }

  /** Three at a time, the sum so far among them, which may lie where the first part lies. */
  private void sum(List<Buffer> in, Buffer out) {
    Buffer sum = in.getFirst();
    for (int i = 1; i < in.size(); i += 2) {
      Elementwise parts =
          i + 1 < in.size()
              ? Elementwise.of(Function.ADD_THREE, sum, in.get(i), in.get(i + 1))
              : Elementwise.of(Function.ADD, sum, in.get(i));
      parts.map(emitter, out);
      sum = out;
    }
  }

  /** From g, x and weight: the gradients by weight, bias, and perhaps x. */
  private void convolutionGradient(
      Window window, boolean byInput, List<Buffer> in, List<Buffer> out) {
    Buffer g = in.getFirst();
    new Convolutions(emitter, window, in.get(1), out.getFirst(), g).byWeight();
    new Convolutions(emitter, window, in.get(1), in.get(2), g).byBias(out.get(1));
    if (byInput) {
      new Convolutions(emitter, window, out.get(2), in.get(2), g).byMaps();
    }
  }
}
