package org.sotdl4j.app.predict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
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
 * A model that threads share: who comes first does the work of those that wait behind him too,
 * several pictures in a run.
 */
final class SharedProgram implements AutoCloseable {

  static final String CLOSED = "The predictor is closed";

  /** The most pictures of a run. */
  private static final int BATCH = 8;

  private final ReentrantLock running;
  private final Program program;
  private final String output;
  private final long[] imageShape;
  private final long[] outputShape;
  private final LinkedBlockingQueue<Request> waiting = new LinkedBlockingQueue<>();
  private boolean closed;

  /** What a program computes. */
  enum Output {
    LOGITS,
    FEATURES
  }

  /**
   * @param running held by who runs a program on these weights
   */
  SharedProgram(
      Model model, Parameters parameters, Engine engine, Output output, ReentrantLock running) {
    ModelGraph graph = ModelGraph.of(model, parameters, Phase.EVAL);
    var variable = output == Output.LOGITS ? graph.logits() : graph.features();
    int size = model.setup().imageSize();
    this.running = running;
    this.output = variable.name();
    this.imageShape = new long[] {1, model.setup().channels(), size, size};
    this.outputShape = graph.graph().root().shape(variable);
    this.program = engine.frozen(graph.graph().sameDiff(), List.of(this.output));
  }

  /** The shape of the output for one picture, the first entry 1. */
  long[] outputShape() {
    return outputShape.clone();
  }

  /** A picture on its way; who holds {@link #running} reads and writes the answer. */
  private static final class Request {
    private final float[] image;
    private float[] answer;

    Request(float[] image) {
      this.image = image;
    }
  }

  /**
   * The outputs for some pictures, of which few are in memory at a time.
   *
   * @throws IllegalStateException if this is closed
   */
  Stream<float[]> run(Stream<float[]> images) {
    return images
        .map(Request::new)
        .gather(Gatherers.windowFixed(BATCH))
        .flatMap(requests -> run(requests).stream());
  }

  private List<float[]> run(List<Request> requests) {
    waiting.addAll(requests);
    running.lock();
    try {
      while (requests.stream().anyMatch(request -> request.answer == null)) {
        runSome();
      }
    } catch (RuntimeException | Error e) {
      waiting.removeAll(requests);
      throw e;
    } finally {
      running.unlock();
    }
    return requests.stream().map(request -> request.answer).toList();
  }

  /** Runs what waits, in a batch of 1, 2, 4 or 8: for each size the engine keeps a plan. */
  private void runSome() {
    if (closed) {
      throw new IllegalStateException(CLOSED);
    }
    List<Request> batch = new ArrayList<>();
    waiting.drainTo(batch, Integer.highestOneBit(Math.min(waiting.size(), BATCH)));
    try {
      answer(batch);
    } catch (RuntimeException | Error e) {
      waiting.addAll(batch); // others may have more luck with theirs
      throw e;
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
        batch.get(b).answer = Arrays.copyOfRange(answers, b * length, (b + 1) * length);
      }
    }
  }

  @Override
  public void close() {
    running.lock();
    try {
      closed = true;
      program.close();
    } finally {
      running.unlock();
    }
  }
}
