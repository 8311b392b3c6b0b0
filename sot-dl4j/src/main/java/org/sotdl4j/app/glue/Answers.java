package org.sotdl4j.app.glue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.train.TrainingFailedException;
import org.sotdl4j.datasets.text.GlueTask;
import org.sotdl4j.datasets.text.TextBatch;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.TextClassifier;

/** Asks a model, in a graph for each length of texts. Not for several threads at once. */
final class Answers implements AutoCloseable {

  static final int BATCH = 32;

  private final TextClassifier model;
  private final Parameters parameters;
  private final Engine engine;
  private final Map<Integer, Plan> plans = new HashMap<>();

  private record Plan(Program program, String logits) {}

  Answers(TextClassifier model, Parameters parameters, Engine engine) {
    this.model = model;
    this.parameters = parameters;
    this.engine = engine;
  }

  /** The logits of texts that are filled up to one length, [B, K]. */
  INDArray logits(Map<String, INDArray> input, int length) {
    Plan plan = plans.computeIfAbsent(length, this::plan);
    return plan.program.run(input).get(plan.logits);
  }

  private Plan plan(int length) {
    ModelGraph graph = ModelGraph.of(model.withLength(length), parameters, Phase.EVAL);
    String logits = graph.logits().name();
    return new Plan(engine.inference(graph.graph().sameDiff(), List.of(logits)), logits);
  }

  /**
   * The answers to texts: the numbers of the most probable labels, or the numbers themselves.
   *
   * @param done is told the number of texts after each batch
   * @throws TrainingFailedException if the model's answers are no numbers
   */
  double[] of(Texts texts, GlueTask task, IntConsumer done) {
    double[] answers = new double[texts.encoded().size()];
    int count = 0;
    for (TextBatch batch : texts.buckets(BATCH).evaluation()) {
      INDArray logits = logits(texts.input(batch), batch.length());
      if (!Double.isFinite(logits.sumNumber().doubleValue())) {
        throw new TrainingFailedException(
            "The model's answers are no numbers any more: try a lower --lr");
      }
      for (int b = 0; b < batch.places().size(); b++) {
        INDArray row = logits.getRow(b);
        answers[batch.places().get(b)] =
            task.isRegression() ? row.getDouble(0) : row.argMax().getInt(0);
      }
      count += batch.places().size();
      done.accept(count);
    }
    return answers;
  }

  @Override
  public void close() {
    plans.values().forEach(plan -> plan.program.close());
  }
}
