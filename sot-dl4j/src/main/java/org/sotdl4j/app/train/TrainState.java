package org.sotdl4j.app.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a run has come.
 *
 * @param epoch the epoch that goes on, counted from 0
 * @param batch the batch of it that comes next
 * @param step steps done in all
 * @param lossSum the losses of the epoch's pictures so far, summed
 * @param correct pictures of the epoch that were answered right
 * @param seen pictures of the epoch so far
 * @param bestTop1 the best top-1 accuracy so far, a fraction
 * @param bestEpoch the epoch that reached it, counted from 1; 0 for none
 * @param normSum the norms of the epoch's gradients so far, summed over its pictures
 */
public record TrainState(
    int epoch,
    int batch,
    long step,
    double lossSum,
    long correct,
    long seen,
    double bestTop1,
    int bestEpoch,
    double normSum) {

  public static final TrainState START = new TrainState(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** The state after a step or some. */
  public TrainState after(Steps.Done done) {
    return new TrainState(
        epoch,
        done.nextBatch(),
        step + done.steps(),
        lossSum + done.loss() * done.pictures(),
        correct + done.right(),
        seen + done.pictures(),
        bestTop1,
        bestEpoch,
        normSum + done.norm() * done.pictures());
  }

  /** The state after an epoch and its validation. */
  public TrainState afterEpoch(double top1) {
    boolean better = bestEpoch == 0 || top1 > bestTop1;
    return new TrainState(
        epoch + 1, 0, step, 0, 0, 0, better ? top1 : bestTop1, better ? epoch + 1 : bestEpoch, 0);
  }

  public double meanLoss() {
    return lossSum / seen;
  }

  double meanGradientNorm() {
    return normSum / seen;
  }

  double top1() {
    return (double) correct / seen;
  }

  /** As texts for a checkpoint; numbers keep every bit. */
  public Map<String, String> toMetadata() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("epoch", String.valueOf(epoch));
    texts.put("batch", String.valueOf(batch));
    texts.put("step", String.valueOf(step));
    texts.put("loss_sum", String.valueOf(lossSum));
    texts.put("correct", String.valueOf(correct));
    texts.put("seen", String.valueOf(seen));
    texts.put("best_top1", String.valueOf(bestTop1));
    texts.put("best_epoch", String.valueOf(bestEpoch));
    texts.put("norm_sum", String.valueOf(normSum));
    return texts;
  }

  /** What a run of an earlier version did not measure is NaN until its epoch ends. */
  public static TrainState fromMetadata(Map<String, String> texts) {
    return new TrainState(
        Integer.parseInt(texts.get("epoch")),
        Integer.parseInt(texts.get("batch")),
        Long.parseLong(texts.get("step")),
        Double.parseDouble(texts.get("loss_sum")),
        Long.parseLong(texts.get("correct")),
        Long.parseLong(texts.get("seen")),
        Double.parseDouble(texts.get("best_top1")),
        Integer.parseInt(texts.get("best_epoch")),
        Double.parseDouble(texts.getOrDefault("norm_sum", "NaN")));
  }
}
