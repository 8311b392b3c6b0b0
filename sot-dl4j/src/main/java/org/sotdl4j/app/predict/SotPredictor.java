package org.sotdl4j.app.predict;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.Ranking;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Normalize;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.PictureDecoder;
import org.sotdl4j.datasets.Transform;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.UnknownModelException;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.CheckpointException;

/**
 * What a trained model says about pictures, prepared as in its evaluation.
 *
 * <p>Threads may share a predictor: pictures of those that ask at the same time go through the
 * model together, which is faster than one by one. In another company a picture's numbers may
 * differ in their last digits. N is the number of tokens, C their width, K the number of classes.
 *
 * <p>Every method throws {@link IllegalStateException} after {@link #close}.
 */
public final class SotPredictor implements AutoCloseable {

  /** The most pictures of one run. */
  public static final int BATCH = 8;

  private final SavedModel saved;
  private final Transform transform;
  private final Normalize normalize;
  private final String features;
  private final Program program;
  private final LinkedBlockingQueue<Request> waiting = new LinkedBlockingQueue<>();
  private final ReentrantLock running = new ReentrantLock();
  private boolean closed;

  private SotPredictor(SavedModel saved) {
    this.saved = saved;
    this.transform = Pipeline.evaluation(saved.input());
    this.normalize = Pipeline.normalize(saved.input());
    ModelGraph graph = ModelGraph.of(saved.model(), saved.parameters(), Phase.EVAL);
    this.features = graph.features().name();
    this.program =
        saved.engine().inference(graph.graph().sameDiff(), List.of(ModelGraph.LOGITS, features));
  }

  /**
   * Loads a run's folder (its best checkpoint), or a file that says what model it is of.
   *
   * @throws CheckpointException if there is none or it is damaged: one sentence
   */
  public static SotPredictor load(Path runOrFile) {
    return of(SavedModel.open(runOrFile));
  }

  /**
   * Loads an official checkpoint, as PyTorch saved it.
   *
   * @param model its name in the zoo, as {@code deit_tiny}
   * @throws CheckpointException if it cannot be read or is of another model
   * @throws UnknownModelException if there is no such model
   */
  public static SotPredictor load(Path checkpoint, String model) {
    return of(SavedModel.open(checkpoint, model, Zoo.get(model).model(), true));
  }

  /** Takes an open model, and closes it in the end. */
  public static SotPredictor of(SavedModel saved) {
    return new SotPredictor(saved);
  }

  /** The names of the classes, in the order of their numbers. */
  public List<String> classes() {
    return saved.classes();
  }

  /** What it is made of. */
  public Model model() {
    return saved.model();
  }

  /**
   * The most probable classes, the most probable first.
   *
   * @param image JPEG, PNG or WebP
   * @throws BadPictureException if it cannot be read
   */
  public List<Prediction> topK(Path image, int k) {
    return topK(PictureDecoder.read(image), k);
  }

  /** The most probable classes, the most probable first; all where there are fewer than k. */
  public List<Prediction> topK(Picture picture, int k) {
    return topK(Stream.of(picture), k).getFirst();
  }

  /** The same of many pictures, of which few are in memory at a time. */
  public List<List<Prediction>> topK(Stream<Picture> pictures, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be 1 or more, not " + k);
    }
    return run(pictures).map(answer -> best(Ranking.softmax(answer.logits), k)).toList();
  }

  private List<Prediction> best(double[] probabilities, int k) {
    return Arrays.stream(Ranking.top(probabilities, k))
        .mapToObj(i -> new Prediction(classes().get(i), i, probabilities[i]))
        .toList();
  }

  /** The probability of each class, K in all. */
  public double[] probabilities(Picture picture) {
    return Ranking.softmax(run(Stream.of(picture)).findFirst().orElseThrow().logits);
  }

  /**
   * A vector that stands for the picture, for search and for comparisons: the mean of the class
   * tokens that the classifier reads, or of all tokens in a model without one.
   *
   * @return C numbers
   */
  public float[] embedding(Picture picture) {
    return embeddings(Stream.of(picture)).getFirst();
  }

  /** The same of many pictures. */
  public List<float[]> embeddings(Stream<Picture> pictures) {
    return run(pictures).map(answer -> mean(answer.tokens)).toList();
  }

  private float[] mean(float[][] tokens) {
    int classTokens = saved.model().classTokens();
    int count = classTokens == 0 ? tokens.length : classTokens;
    float[] mean = new float[tokens[0].length];
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += tokens[n][c] / count;
      }
    }
    return mean;
  }

  /**
   * What the classifier reads: first the class tokens ({@link Model#classTokens}), then those of
   * the picture, row by row; of PiT the class tokens only.
   *
   * @return N vectors of C numbers
   */
  public float[][] tokens(Picture picture) {
    return tokens(Stream.of(picture)).getFirst();
  }

  /** The same of many pictures. */
  public List<float[][]> tokens(Stream<Picture> pictures) {
    return run(pictures).map(Answer::tokens).toList();
  }

  /** A picture on its way; its fields are read and written by who holds {@link #running}. */
  private static final class Request {
    private final float[] input;
    private Answer answer;

    Request(float[] input) {
      this.input = input;
    }
  }

  /** The logits [K] and the tokens [N][C] of a picture. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Answer(double[] logits, float[][] tokens) {}

  private Stream<Answer> run(Stream<Picture> pictures) {
    return pictures
        .map(picture -> new Request(input(picture)))
        .gather(Gatherers.windowFixed(BATCH))
        .flatMap(requests -> run(requests).stream());
  }

  private List<Answer> run(List<Request> requests) {
    waiting.addAll(requests);
    running.lock();
    try {
      // Who comes first does the work of those that wait behind him too.
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

  private float[] input(Picture picture) {
    Picture fitted = transform.apply(picture, new SplittableRandom());
    float[] values = new float[fitted.rgb().length];
    normalize.apply(fitted, values, 0);
    return values;
  }

  /** Runs what waits, in a batch of 1, 2, 4 or 8: for each size the engine keeps a plan. */
  private void runSome() {
    if (closed) {
      throw new IllegalStateException("The predictor is closed");
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
    int size = saved.input().size();
    float[] values = new float[batch.size() * batch.getFirst().input.length];
    for (int b = 0; b < batch.size(); b++) {
      float[] input = batch.get(b).input;
      System.arraycopy(input, 0, values, b * input.length, input.length);
    }
    long[] shape = {batch.size(), Picture.CHANNELS, size, size};
    try (INDArray images = Nd4j.create(values, shape, 'c')) {
      Map<String, INDArray> outputs = program.run(Map.of(ModelGraph.IMAGE, images));
      INDArray logits = outputs.get(ModelGraph.LOGITS);
      for (int b = 0; b < batch.size(); b++) {
        batch.get(b).answer =
            new Answer(logits.getRow(b).toDoubleVector(), tokens(outputs.get(features).slice(b)));
      }
    }
  }

  /** Tokens [N, C] as they are, a map [C, H, W] as H x W tokens. */
  private static float[][] tokens(INDArray features) {
    return features.rank() == 2
        ? features.toFloatMatrix()
        : features
            .reshape(features.size(0), features.size(1) * features.size(2))
            .transpose()
            .toFloatMatrix();
  }

  /** Frees the weights. Who asks meanwhile is answered before. */
  @Override
  public void close() {
    running.lock();
    try {
      if (!closed) {
        closed = true;
        program.close();
        saved.close();
      }
    } finally {
      running.unlock();
    }
  }
}
