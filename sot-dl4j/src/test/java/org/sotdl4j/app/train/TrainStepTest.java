package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.RandomSite;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;

class TrainStepTest {

  private static final int BATCH = 4;
  private static final int SIZE = 16;
  private static final int CLASSES = 3;
  private static final long PATIENCE = 120_000_000_000L;
  private static final long LITTLE_GARBAGE = 4 << 20;

  private static Model small(String name) {
    Model model = Zoo.get(name).model();
    return model.with(model.setup().withImageSize(SIZE).withClasses(CLASSES));
  }

  private static Parameters parameters() {
    return new Parameters(DataType.FLOAT, Parameters.Source.seeded(3));
  }

  private static INDArray images() {
    CounterRandom random = new CounterRandom(5);
    float[] values = new float[BATCH * 3 * SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return Nd4j.createFromArray(values).reshape(BATCH, 3, SIZE, SIZE);
  }

  private static TrainStep.Pass pass(TrainStep step) {
    return step.pass(
        images(),
        Targets.of(new int[] {0, 2, 1, 1}, CLASSES, 0),
        site -> site.mask(DataType.FLOAT, BATCH, new CounterRandom(1)));
  }

  @Test
  void clippingScalesAllGradientsByOneFactor() {
    try (Parameters parameters = parameters();
        TrainStep step = new TrainStep(small("vit_nano"), parameters, Engine.COMPILED)) {
      TrainStep.Pass pass = pass(step);
      List<String> names = parameters.trainable().map(Parameter::name).toList();
      List<INDArray> before = names.stream().map(name -> pass.gradient(name).dup()).toList();
      double squares = 0;
      for (INDArray gradient : before) {
        for (double g : gradient.ravel().toDoubleVector()) {
          squares += g * g;
        }
      }
      double norm = Math.sqrt(squares);

      assertThat(step.clip(pass, 2 * norm)).isEqualTo(norm, within(1e-5 * norm));
      for (int i = 0; i < names.size(); i++) {
        assertThat(pass.gradient(names.get(i))).isEqualTo(before.get(i));
      }
      assertThat(step.clip(pass, norm / 4)).isEqualTo(norm, within(1e-5 * norm));
      for (int i = 0; i < names.size(); i++) {
        INDArray quarter = before.get(i).mul(0.25);
        assertThat(pass.gradient(names.get(i)).distance2(quarter))
            .isLessThan(1e-4 * quarter.norm2Number().doubleValue());
      }
      assertThat(step.clip(pass, norm)).isEqualTo(norm / 4, within(1e-4 * norm));
    }
  }

  /** Without batch norm the halves of a batch say together what the whole does. */
  @Test
  void theMeanOfTwoPassesIsThePassOfBothBatches() {
    try (Parameters parameters = parameters();
        TrainStep step = new TrainStep(small("vit_nano"), parameters, Engine.COMPILED)) {
      GradientMean mean = new GradientMean(step.learned());
      int[] labels = {0, 2, 1, 1};
      TrainStep.Pass last = null;
      for (int from = 0; from < BATCH; from += 2) {
        INDArray half = images().get(NDArrayIndex.interval(from, from + 2)).dup();
        int[] own = Arrays.copyOfRange(labels, from, from + 2);
        last = step.pass(half, Targets.of(own, CLASSES, 0), TrainStepTest::noMask);
        mean.add(last);
      }
      TrainStep.Pass halves = mean.mean(last);
      TrainStep.Pass whole =
          step.pass(images(), Targets.of(labels, CLASSES, 0), TrainStepTest::noMask);
      assertThat(halves.loss()).isEqualTo(whole.loss(), within(1e-6));
      for (String name : step.learned()) {
        INDArray expected = whole.gradient(name);
        assertThat(halves.gradient(name).distance2(expected))
            .as(name)
            .isLessThan(1e-5 + 1e-4 * expected.norm2Number().doubleValue());
      }
    }
  }

  private static INDArray noMask(RandomSite site) {
    throw new AssertionError(site.name());
  }

  @Test
  void frozenParametersStay() {
    Model model = small("vit_nano");
    try (Parameters parameters = parameters();
        TrainStep step =
            new TrainStep(
                model,
                parameters,
                Phase.TRAIN,
                Engine.COMPILED,
                ModelGraph::crossEntropy,
                parameter -> model.layerGroups().of(parameter.name()) < 2)) {
      Map<String, INDArray> before = new HashMap<>();
      parameters.trainable().forEach(p -> before.put(p.name(), p.array().dup()));
      step.update(pass(step), new AdamW(), 0.1, p -> 0.1);
      for (Parameter p : parameters.trainable().toList()) {
        boolean frozen = model.layerGroups().of(p.name()) < 2;
        assertThat(p.array().equals(before.get(p.name()))).as(p.name()).isEqualTo(frozen);
      }
    }
  }

  /**
   * Once the JIT has compiled the kernels, which allocate vectors before, a step takes no memory
   * but for small objects.
   */
  @ParameterizedTest
  @ValueSource(strings = {"vit_nano", "sot_nano", "swin_nano"})
  void aStepMakesLittleGarbage(String name) {
    Model model = Zoo.get(name).model();
    int size = model.setup().imageSize();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Parameters parameters = parameters();
        TrainStep step = new TrainStep(model, parameters, Engine.COMPILED)) {
      INDArray images = Nd4j.rand(DataType.FLOAT, BATCH, 3, size, size);
      INDArray targets = Targets.of(new int[] {0, 2, 1, 1}, model.setup().classes(), 0);
      Map<String, INDArray> masks = new HashMap<>();
      for (RandomSite site : step.randomSites()) {
        masks.put(site.name(), site.mask(DataType.FLOAT, BATCH, new CounterRandom(1)));
      }
      Optimizer optimizer = new AdamW();
      int small = 0;
      // On a busy machine the JIT takes its time.
      for (long start = System.nanoTime(); small < 5 && System.nanoTime() - start < PATIENCE; ) {
        long before = threads.getTotalThreadAllocatedBytes();
        TrainStep.Pass pass = step.pass(images, targets, site -> masks.get(site.name()));
        step.updateStatistics(pass);
        step.clip(pass, 1);
        step.update(pass, optimizer, 1e-4, p -> 0.05);
        long bytes = threads.getTotalThreadAllocatedBytes() - before;
        small = bytes < LITTLE_GARBAGE ? small + 1 : 0;
      }
      assertThat(small).isEqualTo(5);
    }
  }
}
