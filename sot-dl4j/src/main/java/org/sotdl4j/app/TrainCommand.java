package org.sotdl4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sotdl4j.app.explain.Explainer;
import org.sotdl4j.app.report.Example;
import org.sotdl4j.app.report.Report;
import org.sotdl4j.app.report.ReportData;
import org.sotdl4j.app.report.StepsCsv;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.Environment;
import org.sotdl4j.app.train.Evaluator;
import org.sotdl4j.app.train.LossConfig;
import org.sotdl4j.app.train.MixingConfig;
import org.sotdl4j.app.train.OptimizerConfig;
import org.sotdl4j.app.train.RegularizationConfig;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.app.train.Steps;
import org.sotdl4j.app.train.TrainConfig;
import org.sotdl4j.app.train.Trainer;
import org.sotdl4j.app.train.TrainingPages;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.SkippedPictures;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Setup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot train}. */
@Command(
    name = "train",
    abbreviateSynopsis = true,
    description = {
      "Train a model.",
      "Without arguments: sot_nano on the bundled Fashion-MNIST pictures, some minutes.",
      "The last line printed is the run's folder."
    })
final class TrainCommand implements Callable<Integer>, Presets.Taker {

  /** Up to this size a model takes small pictures as they are. */
  private static final int SMALL = 64;

  private static final int EXAMPLES = 10;

  /** Steps from one that TensorBoard or the UI shows to the next. */
  private static final int WATCH_INTERVAL = 10;

  /** What may be given anew when a run is resumed, because it does not change the run. */
  private static final Set<String> OF_RESUMING =
      Stream.concat(
              Stream.of("debug", "log-interval", "tensorboard", "ui", "ui-port"),
              SparkOptions.KEYS.stream())
          .collect(Collectors.toSet());

  private static final int BATCH = 64;

  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description = "Take the options of a paper's training; 'list' names them.")
  private String recipe;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Take options from a YAML file, as the config.yaml of a run; they come before a recipe's.")
  private Path config;

  @Parameters(
      arity = "0..1",
      paramLabel = "DATA",
      description = {
        "A folder with train/CLASS/* and val/CLASS/*, or with the original files of CIFAR-10, CIFAR-100 or"
            + " Fashion-MNIST; default: the bundled part of Fashion-MNIST"
      })
  private String data = DataSource.BUNDLED;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "sot_nano",
      description = "A name that 'sot list' shows; default: ${DEFAULT-VALUE}")
  private ModelEntry model;

  @Option(
      names = "--img-size",
      paramLabel = "PIXELS",
      description = "Side of the input; default: the model's, for the nano models the pictures'")
  private Integer imageSize;

  @Option(names = "--epochs", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  private int epochs = 12;

  @Option(
      names = {"-b", "--batch-size"},
      paramLabel = "N",
      description = "Default: " + BATCH + ", or all pictures where there are fewer")
  private Integer batchSize;

  @Option(
      names = "--grad-accum-steps",
      paramLabel = "N",
      description = "Batches whose mean gradients make a step; default: 1")
  private Integer accumulation;

  @Option(
      names = "--total-batch-size",
      paramLabel = "N",
      description =
          "Pictures of a step, in place of --grad-accum-steps: a multiple of --batch-size")
  private Integer totalBatchSize;

  @Mixin private OptimizerOptions optimizer;
  @Mixin private ScheduleOptions schedule;
  @Mixin private LossOptions loss;
  @Mixin private RegularizationOptions regularization;
  @Mixin private MixingOptions mixing;

  @Option(
      names = "--model-ema",
      negatable = true,
      fallbackValue = "true",
      description =
          "Keep a moving average of the weights; it is evaluated beside them and saved as the best.")
  private boolean averages;

  @Option(
      names = "--model-ema-decay",
      paramLabel = "D",
      description = "Share of the average that stays in a step; default: ${DEFAULT-VALUE}")
  private double averageDecay = 0.9998;

  @Option(
      names = "--freeze",
      paramLabel = "N",
      description = "Leave the first N layer groups as they are: 1 is the stem, then the blocks.")
  private int freeze;

  @Option(
      names = "--early-stopping",
      paramLabel = "N",
      description = "End after N epochs without a better one; 0 for never; default: 0")
  private int earlyStopping;

  @Option(
      names = "--checkpoint-hist",
      paramLabel = "N",
      description = "Keep a checkpoint of each of the N best epochs; default: 0")
  private int checkpointHistory;

  @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  private long seed = 42;

  @Option(
      names = {"-j", "--workers"},
      paramLabel = "N",
      description = "Threads that read pictures; default: ${DEFAULT-VALUE}")
  private int workers = 2;

  @Option(
      names = "--strict",
      negatable = true,
      fallbackValue = "true",
      description = "Stop at a broken picture instead of leaving it out.")
  private boolean strict;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "compiled",
      description = "compiled or stock; default: ${DEFAULT-VALUE}")
  private Engine engine;

  @Option(
      names = "--tensorboard",
      negatable = true,
      fallbackValue = "true",
      description = "Write losses, rates and accuracies for TensorBoard to the run's tensorboard/.")
  private boolean tensorBoard;

  @Option(
      names = "--ui",
      negatable = true,
      fallbackValue = "true",
      description = "Serve DL4J's training UI while training runs.")
  private boolean ui;

  @Option(
      names = "--ui-port",
      paramLabel = "PORT",
      description = "Of --ui; default: ${DEFAULT-VALUE}")
  private int uiPort = 9000;

  @Option(
      names = "--val-split",
      paramLabel = "NAME",
      description = "The folder beside train/ to validate on; default: val, or test")
  private String validationSplit;

  @Option(
      names = "--log-interval",
      paramLabel = "N",
      description = "Steps from a line of progress to the next; default: as many as 10 s take")
  private Integer logInterval;

  @Mixin private PictureFlags pictures;

  @Option(
      names = {"--initial-checkpoint", "--checkpoint"},
      paramLabel = "FILE",
      description =
          "Start from the weights in a file of PyTorch (.pth, .pt, .safetensors) or of a run.")
  private Path initialCheckpoint;

  @Option(
      names = "--finetune",
      negatable = true,
      fallbackValue = "true",
      description =
          "Fit the checkpoint to another size and other classes: resize positions, start the classifier anew.")
  private boolean fineTune;

  @Mixin private SparkOptions spark;

  @Mixin private RunOptions run;

  @Mixin private DeviceOption device;

  @Spec private CommandSpec spec;

  @Override
  public Optional<Presets> presets() {
    return run.resumed() != null
            || (config == null && recipe == null)
            || Recipes.LIST.equals(recipe)
        ? Optional.empty()
        : Optional.of(Presets.of(spec, config, recipe));
  }

  @Override
  public Integer call() throws IOException {
    device.use();
    if (Recipes.LIST.equals(recipe)) {
      Recipes.descriptions()
          .forEach((name, about) -> spec.commandLine().getOut().printf("%-16s %s%n", name, about));
      return 0;
    }
    TrainConfig config;
    DataSource source;
    RunFolder folder;
    if (run.resumed() == null) {
      // What is wrong with the options is said before the data is read.
      checkOptions();
      schedule.check(checks());
      OptimizerConfig ofOptimizer = optimizer.config(checks());
      LossConfig ofLoss = loss.config(checks(), model);
      MixingConfig ofMixing = mixing.config(checks());
      RegularizationConfig ofRegularization = regularization.config(checks());
      if (ofRegularization.attentionDrop() > 0) {
        Setup dropping = model.model().setup().withAttentionDrop(ofRegularization.attentionDrop());
        requireFits("--attn-drop", model.model().with(dropping));
      }
      source = open(data, validation());
      config = newConfig(source, ofOptimizer, ofLoss, ofMixing, ofRegularization);
      folder = new RunFolder(run.folder(model.name(), path -> new RunFolder(path).config()));
    } else {
      config = savedConfig();
      spark.check(checks());
      source = open(config.data(), config.validation());
      folder = new RunFolder(run.resumed());
      if (!source.train().classes().equals(config.classes())) {
        throw new UserException(
            "The classes in %s are not those that the run began with.".formatted(config.data()));
      }
    }
    Environment environment = Environment.read(Main.Version.number(), Main.words(spec));
    PrintWriter err = spec.commandLine().getErr();
    SkippedPictures skipped = new SkippedPictures();
    Consumer<BadPictureException> broken = config.strict() ? BatchLoader.STRICT : skipped;
    Steps.Place place =
        spark.place(checks(), config.accumulation(), err::println).orElse(Steps.here());
    try (Interruption interruption = new Interruption();
        TrainListeners listeners = new TrainListeners(progress(config));
        Trainer trainer =
            new Trainer(
                config, folder, source, listeners.all(), interruption::requested, broken, place)) {
      if (run.resumed() != null) {
        trainer.resume();
      } else {
        if (initialCheckpoint != null) {
          trainer
              .startFrom(initialCheckpoint, fineTune)
              .forEach(note -> err.println("Fine-tuning: " + note));
        }
        folder.create(resolved(config), environment);
      }
      watch(config, folder, listeners);
      err.printf(
          "%s on %s: %,d training and %,d validation pictures of %d classes, %d epochs, seed %d%n",
          config.model(),
          source.name(),
          source.train().size(),
          source.val().size(),
          config.classes().size(),
          trainer.epochs(),
          config.seed());
      if (config.accumulation() > 1) {
        err.printf(
            "batch %,d = %d pictures x %d accumulated%n",
            config.accumulation() * config.batchSize(), config.batchSize(), config.accumulation());
      }
      boolean finished = trainer.train();
      if (skipped.count() > 0) {
        err.println(skipped.summary());
      }
      if (!finished) {
        err.printf(
            "Stopped and saved; to continue: ./sot train --resume %s%s%n",
            folder.path(), spark.again());
        spec.commandLine().getOut().println(folder.path());
        spec.commandLine().getOut().flush();
        return Interruption.EXIT_CODE;
      }
      int done = trainer.metrics().size();
      if (done < trainer.epochs()) {
        err.printf(
            "Ended after %d epochs, as the last %d were no better%n", done, config.earlyStopping());
      }
      Evaluator.Result best = trainer.evaluateBest();
      Report.write(folder.report(), report(config, environment, folder, source, trainer, best));
      err.printf(
          "Best top-1 %.2f %%, top-5 %.2f %% on %,d validation pictures; the report is %s%n",
          100 * best.top1(), 100 * best.top5(), best.count(), folder.report());
      nextCommands(folder).forEach(command -> err.println("  " + command));
    }
    spec.commandLine().getOut().println(folder.path());
    return 0;
  }

  private TrainProgress progress(TrainConfig config) {
    return new TrainProgress(
        spec.commandLine().getErr(), config.batchSize() * config.accumulation(), logInterval);
  }

  /** Lets others watch too. */
  private void watch(TrainConfig config, RunFolder run, TrainListeners listeners)
      throws IOException {
    int interval = logInterval == null ? WATCH_INTERVAL : logInterval;
    if (tensorBoard) {
      listeners.add(new TensorBoard(run.tensorBoard(), interval));
    }
    if (ui) {
      String name = run.path().toAbsolutePath().getFileName().toString();
      var shown = new TrainingPages.Run(name, config.model(), config.zooModel().layerGroups());
      TrainingPages.Open pages;
      try {
        pages = pages().open(shown, uiPort, interval);
      } catch (IllegalStateException e) {
        throw new UserException(
            "The port %d for --ui cannot be had; choose another with --ui-port.".formatted(uiPort),
            e);
      }
      listeners.add(pages);
      spec.commandLine().getErr().println("DL4J's training UI: " + pages.address());
    }
  }

  private static TrainingPages pages() {
    return ServiceLoader.load(TrainingPages.class)
        .findFirst()
        .orElseThrow(() ->
            new UserException(
                "The training UI is not on the class path; ./sot puts it there where --ui is given."));
  }

  private void checkOptions() {
    OptionChecks checks = checks();
    if (fineTune && initialCheckpoint == null) {
      throw checks.wrong("--finetune needs a --checkpoint to start from");
    }
    checks.positive("--epochs", epochs);
    checks.positive("--workers", workers);
    if (accumulation != null) {
      checks.positive("--grad-accum-steps", accumulation);
      if (totalBatchSize != null) {
        throw checks.wrong(
            "--total-batch-size takes the place of --grad-accum-steps; leave out one");
      }
    }
    if (totalBatchSize != null) {
      checks.positive("--total-batch-size", totalBatchSize);
    }
    spark.check(checks);
    checks.port("--ui-port", uiPort);
    if (logInterval != null) {
      checks.positive("--log-interval", logInterval);
    }
    checks.share("--model-ema-decay", averageDecay);
    checks.notNegative("--early-stopping", earlyStopping);
    checks.notNegative("--checkpoint-hist", checkpointHistory);
    int groups = model.model().layerGroups().count();
    if (freeze < 0 || freeze >= groups) {
      throw checks.wrong(
          "--freeze must be from 0 to %d, as %s has %d layer groups, not %d"
              .formatted(groups - 1, model.name(), groups, freeze));
    }
    if (imageSize != null) {
      requireFits(imageSize);
    }
  }

  private OptionChecks checks() {
    return new OptionChecks(spec);
  }

  private TrainConfig newConfig(
      DataSource source,
      OptimizerConfig optimizer,
      LossConfig loss,
      MixingConfig mixing,
      RegularizationConfig regularization) {
    int batch = usableBatchSize(source.train().size());
    SparkOptions.Passes passes =
        spark.shared(checks(), new SparkOptions.Passes(batch, passes(batch)));
    return new TrainConfig(
        model.name(),
        data.equals(DataSource.BUNDLED) || SparkOptions.hasScheme(data)
            ? data
            : Path.of(data).toAbsolutePath().normalize().toString(),
        validationSplit,
        source.train().classes(),
        imageSize == null ? usualImageSize(model.model(), source) : imageSize,
        epochs,
        passes.batch(),
        passes.count(),
        optimizer,
        schedule.config(epochs, passes.batch() * passes.count()),
        loss,
        mixing,
        regularization,
        averages ? averageDecay : null,
        freeze,
        earlyStopping,
        checkpointHistory,
        seed,
        workers,
        strict,
        engine,
        pictures.options());
  }

  /** How many batches make a step. */
  private int passes(int batch) {
    if (totalBatchSize == null) {
      return accumulation == null ? 1 : accumulation;
    }
    if (totalBatchSize % batch != 0) {
      throw checks()
          .wrong(
              "--total-batch-size %d is no multiple of the batch size %d"
                  .formatted(totalBatchSize, batch));
    }
    return totalBatchSize / batch;
  }

  /** The options of a new run, so that a later one can be started with them. */
  private String resolved(TrainConfig config) {
    data = config.data();
    imageSize = config.imageSize();
    batchSize = config.batchSize();
    accumulation = config.accumulation();
    totalBatchSize = null;
    return ConfigFile.textOf(spec);
  }

  private DataSource open(String data, Optional<String> validation) {
    return spark.open(data, validation).orElseGet(() -> DataSource.open(data, validation));
  }

  private Optional<String> validation() {
    return Optional.ofNullable(validationSplit);
  }

  private void requireFits(int size) {
    checks().positive("--img-size", size);
    if (size > Setup.MAX_IMAGE_SIZE) {
      throw checks()
          .wrong("--img-size must be at most %d, not %d".formatted(Setup.MAX_IMAGE_SIZE, size));
    }
    Model resized = model.model().with(model.model().setup().withImageSize(size));
    requireFits("--img-size " + size, resized);
  }

  private void requireFits(String option, Model changed) {
    try (var shapesOnly = org.sotdl4j.layers.Parameters.shapesOnly()) {
      var _ = ModelGraph.of(changed, shapesOnly, Phase.TRAIN);
    } catch (IllegalArgumentException e) {
      throw checks()
          .wrong("%s does not suit %s: %s".formatted(option, model.name(), e.getMessage()));
    }
  }

  /** The first picture that is not broken; broken ones are left out later, with their names. */
  private static Picture firstReadable(Dataset pictures) {
    for (int i = 0; i < pictures.size(); i++) {
      try {
        return pictures.get(i).picture();
      } catch (BadPictureException _) {
        // the next one, then
      }
    }
    throw new UserException("None of the training pictures can be read.");
  }

  private static int usualImageSize(Model usual, DataSource source) {
    int size = usual.setup().imageSize();
    if (size > SMALL) {
      return size;
    }
    Picture picture = firstReadable(source.train());
    int side = Math.min(picture.width(), picture.height()) / 4 * 4;
    return side >= 8 && side <= SMALL ? side : size;
  }

  private TrainConfig savedConfig() {
    run.checkResumed(OF_RESUMING);
    return SavedModel.config(new RunFolder(run.resumed()).last());
  }

  private int usableBatchSize(int pictures) {
    if (batchSize == null) {
      return Math.min(BATCH, pictures);
    }
    checks().positive("--batch-size", batchSize);
    if (batchSize > pictures) {
      throw checks()
          .wrong(
              "--batch-size %d is more than the %d training pictures"
                  .formatted(batchSize, pictures));
    }
    return batchSize;
  }

  private static ReportData report(
      TrainConfig config,
      Environment environment,
      RunFolder run,
      DataSource source,
      Trainer trainer,
      Evaluator.Result best)
      throws IOException {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    String command = run.command().orElse(environment.command());
    facts.put("command", command);
    if (!command.equals(environment.command())) {
      facts.put("resumed by", environment.command());
    }
    facts.put("data", source.name());
    facts.put(
        "pictures",
        "%,d to train, %,d to validate".formatted(source.train().size(), source.val().size()));
    facts.put("input", "%d pixels".formatted(config.imageSize()));
    facts.put("epochs", String.valueOf(trainer.epochs()));
    facts.put("batch size", String.valueOf(config.batchSize() * config.accumulation()));
    facts.put(
        "optimizer",
        "%s, learning rate %s, weight decay %s"
            .formatted(
                config.optimizer().kind().name().toLowerCase(Locale.ROOT),
                config.schedule().rate(),
                config.optimizer().weightDecay()));
    facts.put("schedule", config.schedule().kind().name().toLowerCase(Locale.ROOT));
    facts.put("smoothing", String.valueOf(config.loss().smoothing()));
    facts.put("seed", String.valueOf(config.seed()));
    facts.put("started", environment.started());
    facts.put("sot-dl4j", environment.version() + ", revision " + environment.revision());
    facts.put("java", environment.java());
    facts.put("system", environment.system() + ", " + environment.cores() + " cores");
    facts.put("backend", environment.backend());
    Map<Boolean, List<Example>> examples = examples(best, run, source);
    return new ReportData(
        source.name(),
        config.model(),
        facts,
        trainer.metrics(),
        StepsCsv.read(run.steps()),
        config.classes(),
        best.confusion(),
        examples.get(true),
        examples.get(false),
        nextCommands(run));
  }

  /** The pictures of which the model was most certain, rightly (true) or wrongly (false). */
  private static Map<Boolean, List<Example>> examples(
      Evaluator.Result result, RunFolder run, DataSource source) {
    try (SavedModel best = SavedModel.open(run.path());
        Explainer explainer = new Explainer(best)) {
      Function<Evaluator.Answer, Example> example =
          answer -> {
            Picture picture = source.val().get(answer.index()).picture();
            Explainer.Look look = explainer.look(picture);
            return new Example(
                picture,
                look.all().map().over(look.picture()),
                best.classes().get(answer.truth()),
                best.classes().get(answer.predicted()),
                answer.probability());
          };
      return result.answers().stream()
          .sorted(Comparator.comparingDouble(Evaluator.Answer::probability).reversed())
          .collect(
              Collectors.partitioningBy(
                  answer -> answer.truth() == answer.predicted(),
                  Collectors.collectingAndThen(
                      Collectors.toList(),
                      answers -> answers.stream().limit(EXAMPLES).map(example).toList())));
    }
  }

  private static List<String> nextCommands(RunFolder run) {
    return List.of(
        "./sot eval " + run.path(),
        "./sot predict " + run.path() + " picture.jpg --topk 5",
        "./sot train --model sot_nano your-folder");
  }
}
