package org.sotdl4j.app.predict;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.Ranking;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Normalize;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.PictureDecoder;
import org.sotdl4j.datasets.Transform;
import org.sotdl4j.zoo.Model;
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
 * <p>Every method that predicts throws {@link IllegalStateException} after {@link #close}.
 */
public final class SotPredictor implements AutoCloseable {

  private final SavedModel saved;
  private final Transform transform;
  private final Normalize normalize;
  private final ExecutorService runner =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("predictor").factory());
  private final SharedProgram logits;
  private SharedProgram features; // made when first asked for
  private boolean closed;

  private SotPredictor(SavedModel saved) {
    this.saved = saved;
    this.transform = Pipeline.evaluation(saved.input());
    this.normalize = Pipeline.normalize(saved.input());
    this.logits = program(SharedProgram.Output.LOGITS);
  }

  private SharedProgram program(SharedProgram.Output output) {
    return new SharedProgram(saved.model(), saved.parameters(), saved.engine(), output, runner);
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

  /**
   * A picture as the model takes it, which is often less than the picture.
   *
   * @param values the numbers that go into the model
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Prepared(float[] values) {}

  /** Fits a picture to the model, on the caller's thread; waits for nobody. */
  public Prepared prepare(Picture picture) {
    Picture fitted = transform.apply(picture, new SplittableRandom());
    float[] values = new float[fitted.rgb().length];
    normalize.apply(fitted, values, 0);
    return new Prepared(values);
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
    return topK(prepare(picture), k);
  }

  /** The same of a picture that is prepared already. */
  public List<Prediction> topK(Prepared picture, int k) {
    return answers(Stream.of(picture), k).getFirst();
  }

  /** The same of many pictures, of which few are in memory at a time. */
  public List<List<Prediction>> topK(Stream<Picture> pictures, int k) {
    return answers(pictures.map(this::prepare), k);
  }

  private List<List<Prediction>> answers(Stream<Prepared> pictures, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be 1 or more, not " + k);
    }
    return ofPrepared(pictures).map(p -> best(p, k)).toList();
  }

  private List<Prediction> best(double[] probabilities, int k) {
    return Arrays.stream(Ranking.top(probabilities, k))
        .mapToObj(i -> new Prediction(classes().get(i), i, probabilities[i]))
        .toList();
  }

  /** The probability of each class, K in all. */
  public double[] probabilities(Picture picture) {
    return probabilities(Stream.of(picture)).findFirst().orElseThrow();
  }

  /** The same of many pictures, of which few are in memory at a time. */
  public Stream<double[]> probabilities(Stream<Picture> pictures) {
    return ofPrepared(pictures.map(this::prepare));
  }

  private Stream<double[]> ofPrepared(Stream<Prepared> pictures) {
    return logits
        .run(pictures.map(Prepared::values))
        .map(z -> Ranking.softmax(IntStream.range(0, z.length).mapToDouble(k -> z[k]).toArray()));
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
    return features(pictures).map(this::mean).toList();
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
    return features(pictures).toList();
  }

  private Stream<float[][]> features(Stream<Picture> pictures) {
    SharedProgram program = featureProgram();
    return program
        .run(pictures.map(p -> prepare(p).values()))
        .map(f -> tokens(f, program.outputShape()));
  }

  private synchronized SharedProgram featureProgram() {
    if (closed) {
      throw new IllegalStateException(SharedProgram.CLOSED);
    }
    if (features == null) {
      features = program(SharedProgram.Output.FEATURES);
    }
    return features;
  }

  /** Tokens [1, N, C] as they are, a map [1, C, H, W] as H x W tokens. */
  private static float[][] tokens(float[] features, long[] shape) {
    boolean isMap = shape.length == 4;
    int width = (int) shape[isMap ? 1 : 2];
    int count = features.length / width;
    float[][] tokens = new float[count][width];
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < width; c++) {
        tokens[n][c] = features[isMap ? c * count + n : n * width + c];
      }
    }
    return tokens;
  }

  /** Frees the weights. Who has asked is answered before. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      runner.close();
      logits.close();
      if (features != null) {
        features.close();
      }
      saved.close();
    }
  }
}
