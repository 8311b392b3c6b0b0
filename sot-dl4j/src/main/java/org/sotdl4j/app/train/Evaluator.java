package org.sotdl4j.app.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.report.ConfusionMatrix;
import org.sotdl4j.datasets.Batch;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.Epoch;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.NotEnoughMemoryException;
import org.sotdl4j.engine.Program;
import org.sotdl4j.engine.StepTime;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Network;

/**
 * A model's evaluation graph on a state that it shares with others. Not for several threads at
 * once.
 */
public final class Evaluator implements AutoCloseable {

  private final int[] among;
  private final Program program;
  private final String logits;

  /** Answers with all classes, and with the parameters as they are at each time. */
  public Evaluator(Network model, Parameters parameters, Engine engine) {
    this(ModelGraph.of(model, parameters, Phase.EVAL), engine::inference, all(model));
  }

  private Evaluator(
      ModelGraph graph, BiFunction<SameDiff, List<String>, Program> compiler, int[] among) {
    this.among = among.clone();
    this.logits = graph.logits().name();
    this.program = compiler.apply(graph.graph().sameDiff(), List.of(logits));
  }

  /** For parameters that do not change any more, which is faster. */
  public static Evaluator frozen(Network model, Parameters parameters, Engine engine) {
    return frozen(model, parameters, engine, all(model));
  }

  /**
   * The same with some of the classes only, which are numbered anew.
   *
   * @param among the classes' numbers in the model, as ImageNet-A's 200 of 1,000
   */
  public static Evaluator frozen(Network model, Parameters parameters, Engine engine, int[] among) {
    return new Evaluator(ModelGraph.of(model, parameters, Phase.EVAL), engine::frozen, among);
  }

  private static int[] all(Network model) {
    return IntStream.range(0, model.classes()).toArray();
  }

  /**
   * The model's answer to one picture.
   *
   * @param index of the picture in its data set
   * @param truth its class
   * @param predicted the most probable class
   * @param probability that the model gives it
   */
  public record Answer(int index, int truth, int predicted, double probability) {}

  /**
   * What an evaluation found.
   *
   * @param count pictures
   * @param loss mean cross entropy
   * @param top1 fraction whose class is the most probable one
   * @param top5 fraction whose class is among the five most probable ones
   * @param answers one a picture
   * @param confusion counts by truth and answer
   */
  public record Result(
      long count,
      double loss,
      double top1,
      double top5,
      List<Answer> answers,
      ConfusionMatrix confusion) {}

  /**
   * Answers all pictures of a loader.
   *
   * @param done is told the number of pictures after each batch
   * @throws DatasetException if no picture can be read
   */
  public Result evaluate(BatchLoader loader, IntConsumer done) {
    double loss = 0;
    long top1 = 0;
    long top5 = 0;
    List<Answer> answers = new ArrayList<>();
    ConfusionMatrix confusion = new ConfusionMatrix(among.length);
    try (Epoch epoch = loader.evaluation()) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          double[][] probabilities = probabilities(batch.images());
          for (int i = 0; i < probabilities.length; i++) {
            double[] p = probabilities[i];
            int truth = batch.labels()[i];
            int[] ranking = Ranking.top(p, 5);
            loss -= Math.log(Math.max(p[truth], Float.MIN_NORMAL));
            top1 += ranking[0] == truth ? 1 : 0;
            for (int k : ranking) {
              top5 += k == truth ? 1 : 0;
            }
            answers.add(new Answer(batch.indices()[i], truth, ranking[0], p[ranking[0]]));
            confusion.add(truth, ranking[0]);
          }
          done.accept(answers.size());
        }
      }
    }
    if (answers.isEmpty()) {
      throw new DatasetException("None of the pictures to evaluate can be read");
    }
    double n = answers.size();
    return new Result(answers.size(), loss / n, top1 / n, top5 / n, answers, confusion);
  }

  /**
   * The classes' probabilities for each picture.
   *
   * @param images [B, channels, size, size]
   * @return B rows of K, the number of classes to answer with
   */
  public double[][] probabilities(INDArray images) {
    INDArray answer = program.run(Map.of(ModelGraph.IMAGE, images)).get(logits);
    double[][] rows = new double[(int) answer.size(0)][];
    for (int i = 0; i < rows.length; i++) {
      double[] all = answer.getRow(i).toDoubleVector();
      rows[i] = Ranking.softmax(Arrays.stream(among).mapToDouble(k -> all[k]).toArray());
    }
    return rows;
  }

  /**
   * Makes sure that there is memory for a batch of so many.
   *
   * @throws NotEnoughMemoryException if there is not
   */
  public void requireMemory(int batch) {
    program.requireMemory(batch);
  }

  /** Answers the last pictures again, and tells what each step takes. */
  public List<StepTime> profile() {
    return program.profile();
  }

  @Override
  public void close() {
    program.close();
  }
}
