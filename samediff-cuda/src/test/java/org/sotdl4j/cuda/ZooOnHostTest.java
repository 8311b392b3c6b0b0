package org.sotdl4j.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.Zoo;

/**
 * Whole models through the kernels of the GPU, which g++ has compiled for the CPU: outputs, loss
 * and all gradients are those of the engine's CPU.
 */
@Tag("slow")
class ZooOnHostTest {

  private static final int BATCH = 3;

  @BeforeAll
  static void requireCompiler() {
    assumeTrue(HostCompiler.isThere(), "g++, which stands in for NVRTC, is not on the PATH");
  }

  static Stream<String> smallModels() {
    return Stream.of("*_nano*", "bert_tiny")
        .flatMap(glob -> Zoo.list(glob).stream())
        .map(ModelEntry::name);
  }

  @ParameterizedTest
  @MethodSource("smallModels")
  void evaluationIsTheCpus(String name) {
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(3))) {
      ZooGraphs graph = ZooGraphs.of(Zoo.get(name), parameters, Phase.EVAL);
      compare(graph::evaluation, graph.inputs(BATCH));
    }
  }

  @ParameterizedTest
  @MethodSource("smallModels")
  void trainingIsTheCpus(String name) {
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(3))) {
      ZooGraphs graph = ZooGraphs.of(Zoo.get(name), parameters, Phase.TRAIN);
      compare(graph::training, graph.inputs(BATCH));
    }
  }

  private static void compare(Supplier<Program> program, Map<String, INDArray> inputs) {
    Map<String, INDArray> expected = OnHost.run(program, inputs);
    OnHost.assertClose(OnHost.run(new EmulatedGpu(), program, inputs), expected, 1e-4);
  }
}
