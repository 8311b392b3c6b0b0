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

  private final Broadcast<Job> job;
  private final Broadcast<Packed> state;
  private final Work work;

  ShareTask(Broadcast<Job> job, Broadcast<Packed> state, Work work) {
    this.job = job;
    this.state = state;
    this.work = work;
  }

  @Override
  public Iterator<Tuple2<Integer, Part>> apply(Iterator<Integer> numbers) {
    int number = numbers.next();
    long started = System.nanoTime();
    List<Tuple2<Integer, Part>> parts = new ArrayList<>();
    Answer answer;
    try {
      answer = answer(number);
    } catch (DatasetException | CheckpointException e) {
      return CollectionConverters.asScala(
          List.of(failed(number, "A worker (%s) stopped: %s".formatted(place(), e.getMessage())))
              .iterator());
    } catch (NotEnoughMemoryException | OutOfMemoryError e) {
      return CollectionConverters.asScala(
          List.of(
                  failed(
                      number,
                      "A worker (%s) has not enough memory (%s): lower --batch-size, or give the workers more, as by local-cluster[N,CORES,MB] or spark.executor.memory"
                          .formatted(place(), e.getMessage())))
              .iterator());
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    boolean half = job.value().half() && work.rates().isEmpty();
    String share = job.value().run() + "/" + number;
    float[] values = answer.values();
    float[] before = null;
    if (half) {
      before = Residuals.before(share, work.step(), values.length);
      for (int i = 0; i < values.length; i++) {
        values[i] += before[i];
      }
    }
    for (int piece = 0; piece < work.workers(); piece++) {
      int from = (int) ((long) values.length * piece / work.workers());
      int to = (int) ((long) values.length * (piece + 1) / work.workers());
      Packed packed = half ? Packed.half(values, from, to) : Packed.whole(values, from, to);
      Part.Report report =
          piece == 0 ? new Part.Report(place(), answer.beside(), null, seconds) : null;
      parts.add(new Tuple2<>(piece, new Part(number, packed, report)));
    }
    if (half) {
      Residuals.keep(share, work.step(), before, values);
    }
    return CollectionConverters.asScala(parts.iterator());
  }

  private Answer answer(int number) {
    Worker worker = Pool.take(job.value(), work, number);
    try {
      return worker.work(work, number, Packed.values(state.value()));
    } finally {
      Pool.giveBack(job.value(), worker);
    }
  }

  private static Tuple2<Integer, Part> failed(int number, String why) {
    Part.Report report = new Part.Report(place(), null, why, 0);
    return new Tuple2<>(0, new Part(number, Packed.whole(Answer.NONE, 0, 0), report));
  }

  /** This process, as Spark's scheduler names it. */
  private static String place() {
    SparkEnv env = SparkEnv.get();
    return "executor_%s_%s".formatted(env.blockManager().blockManagerId().host(), env.executorId());
  }
}
