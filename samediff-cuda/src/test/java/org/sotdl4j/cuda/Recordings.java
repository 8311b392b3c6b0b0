package org.sotdl4j.cuda;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Zoo;

/** Records training steps of the zoo for {@link Replay}. */
final class Recordings {

  /** Small ones, with what the CPU computes. */
  private static final List<String> CHECKED =
      List.of("vit_nano", "sot_nano", "pit_nano", "t2t_vit_nano", "stvit_nano", "swin_nano");

  /** Those of issue 10, for measuring alone. */
  private static final List<String> MEASURED =
      List.of("deit_small", "pit_s", "swin_t", "t2t_vit_14", "sot_small", "stvit_small");

  private static final int CHECKED_BATCH = 3;
  private static final int MEASURED_BATCH = 128;

  private Recordings() {}

  /**
   * Fills a folder with recordings.
   *
   * @param arguments the folder
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    for (String name : CHECKED) {
      write(checked(name), folder.resolve(name + ".steps"));
    }
    for (String name : MEASURED) {
      write(measured(name), folder.resolve("time-" + name + ".steps"));
    }
  }

  static void write(Recording recording, Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(file))))) {
      recording.write(out);
    }
  }

  /** A training step with all that it reads and makes. */
  static Recording checked(String name) {
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(3))) {
      ZooGraphs graph = ZooGraphs.of(Zoo.get(name), parameters, Phase.TRAIN);
      Map<String, INDArray> inputs = graph.inputs(CHECKED_BATCH);
      RecordingGpu gpu = record(graph::training, inputs);
      List<Recording.Piece> after = new ArrayList<>();
      Iterator<Long> addresses = gpu.downloads().iterator();
      for (INDArray array : OnHost.run(graph::training, inputs).values()) {
        after.add(
            new Recording.Piece(
                addresses.next(),
                HostArray.segment(HostArray.inOrder(array)).toArray(ValueLayout.JAVA_BYTE)));
      }
      return new Recording(
          "%s, training, batch %d".formatted(name, CHECKED_BATCH),
          gpu.bytes(),
          gpu.uploads(),
          gpu.steps(),
          after);
    }
  }

  private static Recording measured(String name) {
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(3))) {
      ZooGraphs graph = ZooGraphs.of(Zoo.get(name), parameters, Phase.TRAIN);
      RecordingGpu gpu = record(graph::training, graph.inputs(MEASURED_BATCH));
      return new Recording(
          "%s, training, batch %d".formatted(name, MEASURED_BATCH),
          gpu.bytes(),
          List.of(),
          gpu.steps(),
          List.of());
    }
  }

  private static RecordingGpu record(Supplier<Program> program, Map<String, INDArray> inputs) {
    RecordingGpu gpu = new RecordingGpu();
    OnHost.run(gpu, program, inputs);
    return gpu;
  }
}
