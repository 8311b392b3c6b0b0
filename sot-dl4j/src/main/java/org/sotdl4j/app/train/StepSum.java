package org.sotdl4j.app.train;

import java.io.Serializable;
import java.util.stream.IntStream;
import org.sotdl4j.datasets.Batch;

/**
 * What the passes of a step say about their pictures, summed.
 *
 * @param loss of all pictures
 * @param right pictures that were answered right
 * @param pictures how many there were
 * @param passes how many there were
 */
public record StepSum(double loss, long right, long pictures, int passes) implements Serializable {

  public static final StepSum NONE = new StepSum(0, 0, 0, 0);

  /** With one more pass, on a batch. */
  public StepSum plus(TrainStep.Pass pass, Batch batch) {
    int[] labels = batch.labels();
    int[] answers = pass.logits().argMax(1).toIntVector();
    long right = IntStream.range(0, labels.length).filter(i -> answers[i] == labels[i]).count();
    return plus(new StepSum(pass.loss() * labels.length, right, labels.length, 1));
  }

  /** With further passes. */
  public StepSum plus(StepSum other) {
    return new StepSum(
        loss + other.loss, right + other.right, pictures + other.pictures, passes + other.passes);
  }

  /** What came of it. */
  public Steps.Done done(int steps, int nextBatch, double norm) {
    return new Steps.Done(steps, nextBatch, loss / pictures, norm, right, pictures);
  }
}
