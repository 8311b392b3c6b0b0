package org.sotdl4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Backend;
import org.sotdl4j.engine.Backends;
import org.sotdl4j.engine.Executable;
import org.sotdl4j.engine.Program;
import org.sotdl4j.engine.Schedule;
import org.sotdl4j.engine.StepTime;
import org.sotdl4j.engine.Task;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.Zoo;

/** Every op of every model of the zoo becomes steps of a GPU, in evaluation and in training. */
class ZooLoweringTest {

  /** A device that runs nothing, and notes what it could not run. */
  private record Lists(Set<String> missing) implements Backend {

    @Override
    public String name() {
      return "none";
    }

    @Override
    public long freeBytes() {
      return Long.MAX_VALUE;
    }

    @Override
    public Executable prepare(Schedule schedule) {
      Emitter emitter = new Emitter(0);
      Lowering lowering =
          new Lowering(place -> new Buffer(0, place.type(), place.shape()), emitter);
      for (Task task : schedule.tasks()) {
        try {
          lowering.lower(task);
        } catch (UnsupportedOperationException e) {
          missing.add("%s: %s".formatted(task.computation().name(), e.getCause().getMessage()));
        }
      }
      return new Nothing();
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  /** Does nothing. */
  private record Nothing() implements Executable {

    @Override
    public void run(Map<String, INDArray> placeholders) {
      // Nothing runs.
    }

    @Override
    public Map<String, INDArray> outputs() {
      return Map.of();
    }

    @Override
    public List<StepTime> profile() {
      return List.of();
    }

    @Override
    public Optional<String> firstNotFinite() {
      return Optional.empty();
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  static Stream<String> small() {
    return Stream.of("*_nano*", "bert_tiny", "openai_gpt")
        .flatMap(glob -> Zoo.list(glob).stream())
        .map(ModelEntry::name);
  }

  static Stream<String> large() {
    Set<String> small = new TreeSet<>(small().toList());
    return Zoo.list("*").stream().map(ModelEntry::name).filter(name -> !small.contains(name));
  }

  @ParameterizedTest
  @MethodSource("small")
  void allOpsAreWritten(String name) {
    assertThat(missing(name)).isEmpty();
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("large")
  void allOpsAreWrittenInFullSize(String name) {
    assertThat(missing(name)).isEmpty();
  }

  private static Set<String> missing(String name) {
    Set<String> missing = new TreeSet<>();
    for (Phase phase : Phase.values()) {
      try (Parameters parameters =
          new Parameters(DataType.FLOAT, Parameters.Source.uninitialized())) {
        ZooGraphs graph = ZooGraphs.of(Zoo.get(name), parameters, phase);
        Supplier<Program> program = phase == Phase.TRAIN ? graph::training : graph::evaluation;
        Backends.use(new Lists(missing));
        try (Program prepared = program.get()) {
          prepared.run(graph.inputs(2));
        }
      } finally {
        Backends.use((Backend) null);
      }
    }
    return missing;
  }
}
