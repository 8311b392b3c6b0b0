package org.sotdl4j.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.train.AdamW;
import org.sotdl4j.app.train.Evaluator;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.app.train.TrainStep;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.OffHeap;
import org.sotdl4j.engine.Roof;
import org.sotdl4j.engine.StepTime;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Parameters.Source;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.checkpoint.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code sot bench}. */
@Command(
    name = "bench",
    description = {
      "Measure the speed of models on random pictures: a forward pass, or a training step (forward,",
      "backward, AdamW). The peers take turns in one run; the table shows medians."
    })
final class BenchCommand implements Callable<Integer> {

  /** Who runs the model. */
  enum Peer {
    SOT,
    STOCK,
    ORT;

    private Engine engine() {
      return this == STOCK ? Engine.STOCK : Engine.COMPILED;
    }

    private boolean does(Mode mode) {
      return this != ORT || mode == Mode.FORWARD;
    }
  }

  /** What is measured. */
  enum Mode {
    FORWARD,
    TRAIN
  }

  /**
   * A measurement, with the fields of other programs' benchmarks.
   *
   * @param medianSeconds of one pass
   * @param rssMb the largest resident memory of the process so far, MiB
   */
  record Measurement(
      String model,
      String peer,
      String mode,
      int batch,
      @JsonProperty("median_s") double medianSeconds,
      @JsonProperty("best_s") double bestSeconds,
      @JsonProperty("images_per_s") double imagesPerSecond,
      @JsonProperty("rss_mb") long rssMb) {}

  /** A pass that is ready to run. */
  interface Pass extends AutoCloseable {
    void run();

    List<StepTime> profile();

    @Override
    void close();
  }

  /** Seconds until the JIT has compiled what runs all the time. */
  private static final double WARM_UP = 6;

  @Option(
      names = {"--model", "--models"},
      split = ",",
      paramLabel = "MODEL",
      defaultValue = "deit_tiny,deit_small",
      description = "Names that 'sot list' shows; default: ${DEFAULT-VALUE}")
  private List<ModelEntry> models;

  @Option(
      names = {"-b", "--batch", "--batch-size"},
      description = "Pictures a pass; default: ${DEFAULT-VALUE}")
  private int batch = 8;

  @Option(names = "--mode", split = ",", description = "forward or train; default: both")
  private List<Mode> modes = List.of(Mode.values());

  @Option(
      names = "--peers",
      split = ",",
      description = {
        "sot (our engine), stock (SameDiff's own session), ort (ONNX Runtime on what 'sot export' writes;",
        "forward only). Default: sot"
      })
  private List<Peer> peers = List.of(Peer.SOT);

  @Option(names = "--runs", description = "Passes measured; default: ${DEFAULT-VALUE}")
  private int runs = 10;

  @Option(
      names = "--warmup",
      description = "Passes before; default: as many as take 6 s, for the JIT, and 5 at least")
  private Integer warmup;

  @Option(names = "--json", description = "Print a line of JSON per measurement.")
  private boolean json;

  @Option(
      names = "--profile",
      description = {
        "Print what the kinds of steps take, how fast they are, and which share that is of what the machine does",
        "in the cache (products) or memory (the rest), the slowest first; without the optimizer."
      })
  private boolean profile;

  @Option(names = "--csv", paramLabel = "FILE", description = "Write the measurements there too.")
  private Path csv;

  @Mixin private DeviceOption device;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    device.use();
    OptionChecks checks = new OptionChecks(spec);
    if (batch < 1 || runs < 1 || (warmup != null && warmup < 1)) {
      throw checks.wrong("--batch, --runs and --warmup must be positive");
    }
    if (modes.stream().noneMatch(mode -> peers.stream().anyMatch(peer -> peer.does(mode)))) {
      throw checks.wrong("ONNX Runtime does not train: measure it with --mode forward");
    }
    checks.folderOf("--csv", csv);
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.printf(
          "%-22s %-8s %-8s %5s %11s %11s %10s %8s%n",
          "model", "peer", "mode", "batch", "median ms", "best ms", "images/s", "RSS MiB");
    }
    List<Measurement> all = new ArrayList<>();
    for (ModelEntry entry : models) {
      for (Mode mode : modes) {
        for (Measurement m : measure(entry, mode)) {
          all.add(m);
          if (json) {
            out.println(JsonMapper.shared().writeValueAsString(m));
          } else {
            out.printf(
                Locale.ROOT,
                "%-22s %-8s %-8s %5d %11.1f %11.1f %10.1f %8d%n",
                m.model(),
                m.peer(),
                m.mode(),
                m.batch(),
                1e3 * m.medianSeconds(),
                1e3 * m.bestSeconds(),
                m.imagesPerSecond(),
                m.rssMb());
          }
          out.flush();
        }
      }
    }
    if (csv != null) {
      AtomicFile.writeText(csv, table(all));
    }
    return 0;
  }

  /** Lets the peers take turns, so that other work on the machine slows all of them down. */
  private List<Measurement> measure(ModelEntry entry, Mode mode) throws IOException {
    Map<Peer, Pass> passes = new LinkedHashMap<>();
    Map<Peer, List<Double>> seconds = new LinkedHashMap<>();
    try {
      for (Peer peer : peers.stream().filter(p -> p.does(mode)).toList()) {
        passes.put(peer, pass(entry, mode, peer));
        seconds.put(peer, new ArrayList<>());
      }
      passes.values().forEach(this::warmUp);
      for (int i = 0; i < runs; i++) {
        for (Peer peer : passes.keySet()) {
          seconds.get(peer).add(time(passes.get(peer)));
        }
      }
      if (profile) {
        PrintWriter out = spec.commandLine().getOut();
        Roof roof = Roof.measure();
        passes.forEach((peer, pass) -> ProfileTable.print(name(peer), pass.profile(), roof, out));
      }
    } finally {
      passes.values().forEach(Pass::close);
    }
    List<Measurement> measurements = new ArrayList<>();
    for (var entryOfPeer : seconds.entrySet()) {
      double[] sorted =
          entryOfPeer.getValue().stream().mapToDouble(Double::doubleValue).sorted().toArray();
      double median = (sorted[(runs - 1) / 2] + sorted[runs / 2]) / 2;
      measurements.add(
          new Measurement(
              entry.name(),
              name(entryOfPeer.getKey()),
              name(mode),
              batch,
              median,
              sorted[0],
              batch / median,
              peakMemory()));
    }
    return measurements;
  }

  private void warmUp(Pass pass) {
    double total = 0;
    for (int i = 0; warmup == null ? i < 5 || total < WARM_UP : i < warmup; i++) {
      total += time(pass);
    }
  }

  /** The seconds that a pass takes. */
  private static double time(Pass pass) {
    long start = System.nanoTime();
    pass.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private Pass pass(ModelEntry entry, Mode mode, Peer peer) throws IOException {
    Model model = entry.model();
    var setup = model.setup();
    if (peer == Peer.ORT) {
      try (SavedModel untrained = SavedModel.untrained(entry.name(), model)) {
        return OrtPass.of(untrained, images(setup));
      }
    }
    Parameters parameters = new Parameters(DataType.FLOAT, Source.seeded(42));
    Engine engine = peer.engine();
    return switch (mode) {
      case FORWARD -> {
        Evaluator evaluator = Evaluator.frozen(model, parameters, engine);
        evaluator.requireMemory(batch);
        INDArray images = images(setup);
        yield pass(
            () -> evaluator.probabilities(images),
            evaluator::profile,
            evaluator::close,
            parameters);
      }
      case TRAIN -> {
        TrainStep step = new TrainStep(model, parameters, engine);
        step.requireMemory(batch);
        INDArray images = images(setup);
        AdamW optimizer = new AdamW();
        INDArray targets = Nd4j.create(DataType.FLOAT, batch, setup.classes());
        for (int b = 0; b < batch; b++) {
          targets.putScalar(b, b % setup.classes(), 1);
        }
        yield pass(
            () -> {
              TrainStep.Pass pass =
                  step.pass(
                      images,
                      targets,
                      site -> site.mask(DataType.FLOAT, batch, new CounterRandom(1)));
              step.updateStatistics(pass);
              step.update(pass, optimizer, 1e-4, p -> model.decays(p) ? 0.05 : 0);
            },
            step::profile,
            step::close,
            parameters);
      }
    };
  }

  private static Pass pass(
      Runnable work, Supplier<List<StepTime>> profile, Runnable close, Parameters parameters) {
    return new Pass() {
      @Override
      public List<StepTime> profile() {
        return profile.get();
      }

      @Override
      public void run() {
        work.run();
      }

      @Override
      public void close() {
        close.run();
        parameters.close();
      }
    };
  }

  /** Random pictures. */
  private INDArray images(Setup setup) {
    long length = (long) batch * setup.channels() * setup.imageSize() * setup.imageSize();
    OffHeap.require(length * Float.BYTES, "A batch of %d pictures".formatted(batch));
    INDArray array =
        Nd4j.createUninitialized(
            DataType.FLOAT, batch, setup.channels(), setup.imageSize(), setup.imageSize());
    CounterRandom random = new CounterRandom(7);
    for (long i = 0; i < length; i++) {
      array.data().put(i, (float) (2 * random.nextDouble() - 1));
    }
    return array;
  }

  /** The largest resident memory so far in MiB; 0 where the system does not tell. */
  private static long peakMemory() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }

  private static String table(List<Measurement> measurements) {
    StringBuilder csv =
        new StringBuilder("model,peer,mode,batch,median_s,best_s,images_per_s,rss_mb\n");
    for (Measurement m : measurements) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%d,%.5f,%.5f,%.2f,%d%n",
              m.model(),
              m.peer(),
              m.mode(),
              m.batch(),
              m.medianSeconds(),
              m.bestSeconds(),
              m.imagesPerSecond(),
              m.rssMb()));
    }
    return csv.toString();
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
