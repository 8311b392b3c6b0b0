package org.sotdl4j.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.engine.NotEnoughMemoryException;
import org.sotdl4j.zoo.checkpoint.CheckpointException;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * A task of Spark: does a share and cuts the values into as many pieces as there are workers. A
 * failure that would come again is an answer too; others leave the task, and Spark repeats the
 * step.
 */
final class ShareTask extends AbstractFunction1<Iterator<Integer>, Iterator<Tuple2<Integer, Part>>>
    implements Serializable {

  /** Work and the values that it begins from. */
  record Step(Work work, Broadcast<byte[]> state) implements Serializable {}

  private final Broadcast<Job> job;
  private final List<Step> period;

  /**
   * @param period the steps from the one on with which the remainders of halves begin anew, see
   *     {@link Residuals}; the last is to be done
   */
  ShareTask(Broadcast<Job> job, List<Step> period) {
    this.job = job;
    this.period = period;
  }

  /**
   * A worker's part in a step.
   *
   * @param pieces of the values, one for each worker
   * @param left what halves leave to the next step; null where all is sent
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Done(Answer answer, List<Packed> pieces, float[] left) {}

  @Override
  public Iterator<Tuple2<Integer, Part>> apply(Iterator<Integer> numbers) {
    int number = numbers.next();
    Done done;
    try {
      done = done(number, period.size() - 1);
    } catch (DatasetException | CheckpointException e) {
      return failed(number, "A worker (%s) stopped: %s".formatted(place(), e.getMessage()));
    } catch (NotEnoughMemoryException | OutOfMemoryError e) {
      return failed(
          number,
          "A worker (%s) has not enough memory (%s): lower --batch-size, or give the workers more, as by local-cluster[N,CORES,MB] or spark.executor.memory"
              .formatted(place(), e.getMessage()));
    }
    Part.Report report = new Part.Report(place(), done.answer.beside(), null);
    List<Tuple2<Integer, Part>> parts = new ArrayList<>();
    for (int piece = 0; piece < done.pieces.size(); piece++) {
      Part part = new Part(number, done.pieces.get(piece), piece == 0 ? report : null);
      parts.add(new Tuple2<>(piece, part));
    }
    return CollectionConverters.asScala(parts.iterator());
  }

  private Done done(int number, int step) {
    Work work = period.get(step).work;
    boolean half = job.value().half() && work.rates().isEmpty();
    float[] before = half ? before(number, step) : null;
    Answer answer = answer(number, period.get(step));
    Packed.Whole values = new Packed.Whole(answer.values());
    int length = values.length();
    float[] left = null; // all values, of which the pieces take their parts
    if (half) {
      left = before.length == length ? before.clone() : new float[length];
      values.addTo(left);
    }
    List<Packed> pieces = new ArrayList<>();
    for (int piece = 0; piece < work.workers(); piece++) {
      int from = (int) ((long) length * piece / work.workers());
      int to = (int) ((long) length * (piece + 1) / work.workers());
      pieces.add(half ? Packed.half(left, from, to) : values.part(from, to));
    }
    if (half) {
      Residuals.keep(share(number), work.step(), before, left);
    }
    return new Done(answer, pieces, left);
  }

  /** What halves left of the step before: as it is kept here, or from doing that step again. */
  private float[] before(int number, int step) {
    if (step == 0) {
      return new float[0];
    }
    return Residuals.before(share(number), period.get(step).work.step())
        .orElseGet(() -> done(number, step - 1).left);
  }

  private String share(int number) {
    return job.value().run() + "/" + number;
  }

  private Answer answer(int number, Step step) {
    Worker worker = Pool.take(job.value(), step.work, number);
    try {
      return worker.work(step.work, number, step.state.value());
    } finally {
      Pool.giveBack(job.value(), worker);
    }
  }

  private static Iterator<Tuple2<Integer, Part>> failed(int number, String why) {
    Part.Report report = new Part.Report(place(), null, why);
    Part part = new Part(number, new Packed.Whole(Answer.NONE), report);
    return CollectionConverters.asScala(List.of(new Tuple2<>(0, part)).iterator());
  }

  /** This process, as Spark's scheduler names it. */
  private static String place() {
    SparkEnv env = SparkEnv.get();
    return "executor_%s_%s".formatted(env.blockManager().blockManagerId().host(), env.executorId());
  }
}
