package org.sotdl4j.app.predict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;

/**
 * A model that threads share: a thread of its own runs what waits, several pictures at a time. It
 * is always the same thread because OpenMP gives each that calls it workers of its own, which then
 * compete: by turns of 16 threads a small model is less than half as fast.
 */
final class SharedProgram implements AutoCloseable {

  static final String CLOSED = "The predictor is closed";

  /** The most pictures of a run. */
  private static final int BATCH = 8;

  private final Executor runner;
  private final Program program;
  private final String output;
  private final long[] imageShape;
  private final long[] outputShape;
  private final LinkedBlockingQueue<Request> waiting = new LinkedBlockingQueue<>();

  /** What a program computes. */
  enum Output {
    LOGITS,
    FEATURES
  }

  /**
   * @param runner the thread that runs programs on these weights; rejects work in the end
   */
  SharedProgram(Model model, Parameters parameters, Engine engine, Output output, Executor runner) {
    ModelGraph graph = ModelGraph.of(model, parameters, Phase.EVAL);
    var variable = output == Output.LOGITS ? graph.logits() : graph.features();
    int size = model.setup().imageSize();
    this.runner = runner;
    this.output = variable.name();
    this.imageShape = new long[] {1, model.setup().channels(), size, size};
    this.outputShape = graph.graph().root().shape(variable);
    this.program = engine.frozen(graph.graph().sameDiff(), List.of(this.output));
  }

  /** The shape of the output for one picture, the first entry 1. */
  long[] outputShape() {
    return outputShape.clone();
  }

  /** A picture on its way. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Request(float[] image, CompletableFuture<float[]> answer) {}

  /**
   * The outputs for some pictures, of which few are in memory at a time.
   *
   * @throws IllegalStateException if the runner takes no more
   */
  Stream<float[]> run(Stream<float[]> images) {
    return images
        .gather(Gatherers.windowFixed(BATCH))
        .map(window -> window.stream().map(this::submit).toList())
        .flatMap(answers -> answers.stream().map(SharedProgram::await));
  }

  private CompletableFuture<float[]> submit(float[] image) {
    Request request = new Request(image, new CompletableFuture<>());
    waiting.add(request);
    try {
      runner.execute(this::runSome);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException(CLOSED, e);
    }
    return request.answer;
  }

  private static float[] await(CompletableFuture<float[]> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException failed -> throw failed;
        case Error failed -> throw failed;
        default -> throw e;
      }
    }
  }

  /**
   * Runs what waits, in a batch of 1, 2, 4 or 8: for each size the engine keeps a plan. Nothing
   * waits where an earlier call has taken it.
   */
  private void runSome() {
    List<Request> batch = new ArrayList<>();
    waiting.drainTo(batch, Integer.highestOneBit(Math.min(waiting.size(), BATCH)));
    if (batch.isEmpty()) {
      return;
    }
    try {
      answer(batch);
    } catch (RuntimeException | Error e) {
      batch.forEach(request -> request.answer.completeExceptionally(e));
    }
  }

  private void answer(List<Request> batch) {
    int values = batch.getFirst().image.length;
    float[] images = new float[batch.size() * values];
    for (int b = 0; b < batch.size(); b++) {
      System.arraycopy(batch.get(b).image, 0, images, b * values, values);
    }
    long[] shape = imageShape.clone();
    shape[0] = batch.size();
    try (INDArray input = Nd4j.create(images, shape, 'c')) {
      float[] answers =
          program.run(Map.of(ModelGraph.IMAGE, input)).get(output).dup('c').data().asFloat();
      int length = answers.length / batch.size();
      for (int b = 0; b < batch.size(); b++) {
        batch.get(b).answer.complete(Arrays.copyOfRange(answers, b * length, (b + 1) * length));
      }
    }
  }

  /** Frees the program; the runner must have ended. */
  @Override
  public void close() {
    program.close();
  }
}
