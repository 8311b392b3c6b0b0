package org.sotdl4j.ui;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.Histogram;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.java.JavaStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.java.JavaStatsReport;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.train.TrainingPages;
import org.sotdl4j.app.train.Update;

/** DL4J's training UI: our steps as the reports that its own networks give. */
public final class Dl4jPages implements TrainingPages {

  private static final String WORKER = "trainer";

  @Override
  public Open open(Run run, int port, int interval) {
    StatsStorage storage = new InMemoryStatsStorage();
    requireFree(port);
    VertxUIServer server = VertxUIServer.getInstance(port, false, null);
    server.attach(storage);
    return new Shown(run, interval, storage, server);
  }

  /** A server that did not start stays DL4J's only one for the rest of the process. */
  private static void requireFree(int port) {
    try (ServerSocket probe = new ServerSocket(port)) {
      probe.setReuseAddress(true);
    } catch (IOException e) {
      throw new IllegalStateException("The port %d cannot be had".formatted(port), e);
    }
  }

  private static final class Shown implements Open {

    private final Run run;
    private final LayerNames names;
    private final int interval;
    private final StatsStorage storage;
    private final VertxUIServer server;
    private final long started = System.currentTimeMillis();
    private final Map<String, INDArray> before = new LinkedHashMap<>();
    private long steps;
    private long pictures;
    private double picturesPerSecond;

    private Shown(Run run, int interval, StatsStorage storage, VertxUIServer server) {
      this.run = run;
      this.names = new LayerNames(run.groups());
      this.interval = interval;
      this.storage = storage;
      this.server = server;
    }

    @Override
    public String address() {
      return server.getAddress();
    }

    @Override
    public void stepDone(double loss, double top1, double imagesPerSecond) {
      picturesPerSecond = imagesPerSecond;
    }

    private boolean isShown(Update update) {
      return steps == 0 || update.step() % interval == 0;
    }

    @Override
    public void updating(Update update) {
      if (isShown(update)) {
        update.weights().forEach((name, array) -> before.put(name, array.dup()));
      }
    }

    @Override
    public void updated(Update update) {
      if (isShown(update)) {
        if (steps == 0) {
          storage.putStaticInfo(model(update));
        }
        pictures += update.pictures();
        storage.putUpdate(report(update, steps + 1));
        before.values().forEach(INDArray::close);
        before.clear();
      } else {
        pictures += update.pictures();
      }
      steps++;
    }

    private JavaStatsReport report(Update update, long count) {
      long now = System.currentTimeMillis();
      Summaries weights = new Summaries();
      Summaries gradients = new Summaries();
      Summaries updates = new Summaries();
      Map<String, Double> rates = new LinkedHashMap<>();
      update
          .weights()
          .forEach((name, array) -> {
            String shown = names.weight(name);
            weights.add(shown, array);
            INDArray gradient = update.gradient().apply(name);
            if (gradient != null) {
              gradients.add(shown, gradient);
            }
            try (INDArray change = array.sub(before.get(name))) {
              updates.add(shown, change);
            }
            rates.put(shown, update.learningRate());
          });
      JavaStatsReport report = new JavaStatsReport();
      report.reportIDs(run.name(), StatsListener.TYPE_ID, WORKER, now);
      report.reportIterationCount(Math.toIntExact(update.step()));
      report.reportScore(update.loss());
      report.reportLearningRates(rates);
      weights.to(report, StatsType.Parameters);
      gradients.to(report, StatsType.Gradients);
      updates.to(report, StatsType.Updates);
      report.reportPerformance(
          now - started,
          pictures,
          count,
          picturesPerSecond,
          1e3 * count / Math.max(1, now - started));
      Runtime runtime = Runtime.getRuntime();
      report.reportMemoryUse(
          runtime.totalMemory() - runtime.freeMemory(),
          runtime.maxMemory(),
          Pointer.totalBytes(),
          Pointer.maxBytes(),
          null,
          null);
      return report;
    }

    private JavaStatsInitializationReport model(Update update) {
      JavaStatsInitializationReport report = new JavaStatsInitializationReport();
      report.reportIDs(run.name(), StatsListener.TYPE_ID, WORKER, started);
      report.reportModelInfo(
          run.model() + "." + ComputationGraph.class.getSimpleName(),
          graph().toJson(),
          update.weights().keySet().stream().map(names::weight).toArray(String[]::new),
          names.layers().size(),
          update.weights().values().stream().mapToLong(INDArray::length).sum());
      var system = ManagementFactory.getOperatingSystemMXBean();
      report.reportSoftwareInfo(
          system.getArch(),
          system.getName(),
          System.getProperty("java.vm.name"),
          System.getProperty("java.version"),
          System.getProperty("java.specification.version"),
          Nd4j.getBackend().getClass().getSimpleName(),
          Nd4j.dataType().name(),
          host(),
          WORKER,
          Map.of());
      report.reportHardwareInfo(
          system.getAvailableProcessors(),
          0,
          Runtime.getRuntime().maxMemory(),
          Pointer.maxBytes(),
          new long[0],
          new String[0],
          WORKER);
      return report;
    }

    /** The layers one behind the other, as the page of the model shows them. */
    private ComputationGraphConfiguration graph() {
      var graph = new NeuralNetConfiguration.Builder().graphBuilder().addInputs("image");
      String last = "image";
      for (String layer : names.layers()) {
        graph.addLayer(layer, new Block(), last);
        last = layer;
      }
      return graph.setOutputs(last).build();
    }

    private static String host() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException _) {
        return "this machine";
      }
    }

    @Override
    public void close() {
      server.detach(storage);
      try {
        VertxUIServer.stopInstance();
      } catch (Exception e) {
        throw new IllegalStateException("DL4J's training UI does not stop", e);
      }
    }
  }

  /** Of all arrays of a kind. */
  private static final class Summaries {

    private final Map<String, Double> means = new LinkedHashMap<>();
    private final Map<String, Double> deviations = new LinkedHashMap<>();
    private final Map<String, Double> magnitudes = new LinkedHashMap<>();
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();

    void add(String name, INDArray array) {
      Summary summary = Summary.of(array);
      means.put(name, summary.mean());
      deviations.put(name, summary.deviation());
      magnitudes.put(name, summary.magnitude());
      histograms.put(name, summary.histogram());
    }

    void to(JavaStatsReport report, StatsType type) {
      report.reportMean(type, means);
      report.reportStdev(type, deviations);
      report.reportMeanMagnitudes(type, magnitudes);
      report.reportHistograms(type, histograms);
    }
  }
}
