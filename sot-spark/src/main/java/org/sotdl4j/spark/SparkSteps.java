package org.sotdl4j.spark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.UserException;
import org.sotdl4j.app.train.Cluster;
import org.sotdl4j.app.train.Learner;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.StepSum;
import org.sotdl4j.app.train.Steps;
import org.sotdl4j.app.train.TrainConfig;
import org.sotdl4j.app.train.TrainStep;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.engine.Program;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Steps whose passes Spark's executors share (Dean et al., 2012, without its asynchrony). The
 * weights are broadcast; a barrier stage does the passes; each executor sums a W-th of the
 * gradients of all, in the order of the workers; the driver puts the pieces together and changes
 * the weights. So the driver receives P values however many workers there are, and a step that is
 * repeated gives the same bits, which Spark's own {@code treeAggregate}, adding up as results come,
 * would not.
 */
final class SparkSteps implements Steps {

  private final JavaSparkContext context;
  private final Cluster.Options options;
  private final TrainConfig config;
  private final Learner learner;
  private final Consumer<BadPictureException> broken;
  private final Consumer<String> notes;
  private final int batches; // of an epoch
  private final Job job;
  private final Broadcast<Job> sentJob;
  private List<String> places;
  private final List<ShareTask.Step> period = new ArrayList<>(); // not destroyed yet
  private final List<Round> rounds = new ArrayList<>();
  private final ShutdownGate gate;

  /** What a round took: in all, and the slowest worker to compute. */
  private record Round(double seconds, double computing, long pictures) {}

  SparkSteps(
      JavaSparkContext context,
      Cluster.Options options,
      TrainConfig config,
      Dataset pictures,
      Learner learner,
      Consumer<BadPictureException> broken,
      Consumer<String> notes) {
    this.context = context;
    this.options = options;
    this.config = config;
    this.learner = learner;
    this.broken = broken;
    this.notes = notes;
    this.batches = Pipeline.training(config, pictures, broken).trainingBatches();
    this.job = Job.of(UUID.randomUUID().toString(), config, pictures, options.half());
    this.sentJob = context.broadcast(job);
    this.places = Collections.nCopies(options.workers(), "");
    this.gate = new ShutdownGate();
  }

  @Override
  public OfEpoch epoch(int epoch, int firstBatch) {
    endPeriod();
    return new OfEpoch() {

      private int next = firstBatch;

      @Override
      public boolean hasNext() {
        return next < batches;
      }

      @Override
      public Done next(long step, LongToDoubleFunction rates) {
        int left = Math.ceilDiv(batches - next, config.accumulation());
        int count = Math.min(options.localSteps(), left);
        List<Double> ownRates =
            options.localSteps() == 1
                ? List.of()
                : LongStream.range(step, step + count).mapToObj(rates::applyAsDouble).toList();
        List<Shape> optimizer = ownRates.isEmpty() ? List.of() : Shape.of(learner.optimizerState());
        Work work = new Work(epoch, step, next, options.workers(), ownRates, optimizer);
        next = Math.min(next + count * config.accumulation(), batches);
        return work(work, next, rates.applyAsDouble(step));
      }

      @Override
      public boolean mayStop() {
        return period.isEmpty();
      }

      @Override
      public void close() {}
    };
  }

  private void endPeriod() {
    period.forEach(step -> step.state().destroy());
    period.clear();
  }

  private Done work(Work work, int nextBatch, double rate) {
    long started = System.nanoTime();
    List<INDArray> state = new ArrayList<>(Model.state(learner.parameters()));
    if (!work.rates().isEmpty()) {
      state.addAll(learner.optimizerState().values());
    }
    Broadcast<byte[]> weights = context.broadcast(Flat.of(state));
    period.add(new ShareTask.Step(work, weights));
    List<Sum> sums = run(new ShareTask(sentJob, List.copyOf(period)));
    int ofEpoch = work.firstBatch() / config.accumulation() + 1;
    if (options.half() && ofEpoch % Residuals.PERIOD != 0 && nextBatch < batches) {
      weights.unpersist(); // stays here, for a worker that lacks what halves left
    } else {
      endPeriod();
    }
    List<Part.Report> reports = sums.getFirst().reports();
    places = reports.stream().map(Part.Report::place).toList();
    for (Part.Report report : reports) {
      if (report.failure() != null) {
        throw new UserException(report.failure());
      }
    }
    List<Answer> answers = reports.stream().map(Part.Report::answer).toList();
    answers.forEach(answer ->
        answer.broken().forEach((name, why) -> broken.accept(new BadPictureException(name, why))));
    StepSum sum = answers.stream().map(Answer::sum).reduce(StepSum.NONE, StepSum::plus);
    float[] values = joined(sums);
    double norm;
    if (sum.pictures() == 0) {
      return new Done(work.steps(), nextBatch, 0, 0, 0, 0);
    } else if (work.rates().isEmpty()) {
      norm = update(work, answers, sum, values, rate);
    } else {
      average(answers, values);
      norm = answers.stream().mapToDouble(Answer::norms).sum() / sum.pictures();
    }
    rounds.add(
        new Round(
            (System.nanoTime() - started) / 1e9,
            answers.stream().mapToDouble(Answer::seconds).max().orElseThrow(),
            sum.pictures()));
    return sum.done(work.steps(), nextBatch, norm);
  }

  /** One step of the optimizer by the mean of all gradients. */
  private double update(Work work, List<Answer> answers, StepSum sum, float[] values, double rate) {
    List<Answer> seeing = seeing(answers);
    scale(values, sum.passes());
    Map<String, INDArray> gradients = new HashMap<>();
    Set<String> sent = Set.copyOf(seeing.getFirst().gradients());
    int offset = 0;
    for (String name : learner.learned()) {
      if (sent.contains(Program.gradient(name))) {
        INDArray gradient = Nd4j.create(learner.parameters().get(name).shape());
        offset = Flat.into(List.of(gradient), values, offset);
        gradients.put(Program.gradient(name), gradient);
      }
    }
    float[] statistics = new float[seeing.getFirst().statistics().length / Float.BYTES];
    seeing.forEach(answer -> new Packed.Whole(answer.statistics()).addTo(statistics));
    scale(statistics, seeing.size());
    Flat.into(Model.statistics(learner.parameters()), statistics, 0);
    TrainStep.Pass mean =
        new TrainStep.Pass(sum.loss() / sum.pictures(), null, gradients, sum.pictures());
    double norm = learner.update(mean, work.step() + 1, rate, sum.pictures());
    gradients.values().forEach(INDArray::close);
    return norm;
  }

  /** Weights and the optimizer's state become the mean of those workers' that saw pictures. */
  private void average(List<Answer> answers, float[] values) {
    List<Answer> seeing = seeing(answers);
    scale(values, seeing.size());
    int offset = Flat.into(Model.state(learner.parameters()), values, 0);
    var optimizer = Shape.arrays(seeing.getFirst().optimizer());
    Flat.into(List.copyOf(optimizer.values()), values, offset);
    learner.restoreOptimizer(optimizer);
  }

  private static List<Answer> seeing(List<Answer> answers) {
    return answers.stream().filter(answer -> answer.sum().passes() > 0).toList();
  }

  private static void scale(float[] values, int divisor) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= divisor;
    }
  }

  private static float[] joined(List<Sum> sums) {
    float[] all = new float[sums.stream().mapToInt(sum -> sum.values().length()).sum()];
    int offset = 0;
    for (Sum sum : sums) {
      sum.values().copyTo(all, offset);
      offset += sum.values().length();
    }
    return all;
  }

  /** The pieces in their order. */
  private List<Sum> run(ShareTask task) {
    int workers = options.workers();
    try {
      RDD<Tuple2<Integer, Part>> parts =
          shares().barrier().mapPartitions(task, false, tag(Tuple2.class));
      return JavaRDD.fromRDD(parts, tag(Tuple2.class))
          .mapToPair(part -> part)
          .partitionBy(new HashPartitioner(workers))
          .mapPartitions(Sum::of)
          .collect();
    } catch (Exception e) { // Scala's methods do not declare what they throw
      throw SparkFailure.of(e);
    }
  }

  /** The numbers of the shares, each a partition, with the place where it was last. */
  private RDD<Integer> shares() {
    List<Tuple2<Integer, Seq<String>>> shares =
        IntStream.range(0, options.workers())
            .mapToObj(number -> {
              String place = places.get(number);
              List<String> wanted = place.isEmpty() ? List.of() : List.of(place);
              return new Tuple2<>(number, CollectionConverters.asScala(wanted).toSeq());
            })
            .toList();
    return context.sc().makeRDD(CollectionConverters.asScala(shares).toSeq(), tag(Integer.class));
  }

  @SuppressWarnings("unchecked") // Scala's tags know no parameters
  private static <T> ClassTag<T> tag(Class<?> type) {
    return (ClassTag<T>) ClassTag$.MODULE$.apply(type);
  }

  @Override
  public void close() {
    if (!rounds.isEmpty()) {
      rounds.sort(Comparator.comparingDouble(Round::seconds));
      Round median = rounds.get(rounds.size() / 2);
      notes.accept(
          "Spark: %d workers, %.1f pictures/s; the median round took %.0f ms, of which the slowest worker computed %.0f"
              .formatted(
                  options.workers(),
                  median.pictures / median.seconds,
                  1e3 * median.seconds,
                  1e3 * median.computing));
    }
    try {
      Pool.end(job);
      Residuals.end(job.run());
      context.close();
    } finally {
      gate.close();
    }
  }
}
