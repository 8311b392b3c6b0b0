package org.sotdl4j.app.train;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.engine.Engine;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;

/** A forward and backward pass of a model of the zoo on values that are the same each time. */
final class ModelPass {

  /** The seed of the pictures. */
  static final int PICTURES = 5;

  private ModelPass() {}

  /** The names of all models for pictures. */
  static Stream<String> models() {
    return Zoo.list("*").stream()
        .filter(entry -> entry.architecture() instanceof Model)
        .map(ModelEntry::name);
  }

  /** The smallest variants, which are as odd as their large ones. */
  static Stream<String> nanos() {
    return models().filter(name -> name.contains("_nano"));
  }

  /** Weights that no initializer gives, so that none is zero or one. */
  static Parameters parameters(DataType type) {
    return new Parameters(
        type,
        (parameter, initializer) -> {
          INDArray array = parameter.array();
          CounterRandom random = CounterRandom.of(11, parameter.name());
          INDArray floats = array.castTo(DataType.FLOAT);
          initializer.fill(floats, random);
          if (array.dataType() == type) {
            floats.addi(values(random, array.shape()).muli(0.01));
          }
          array.assign(floats);
        });
  }

  private static INDArray values(CounterRandom random, long... shape) {
    float[] values = new float[(int) LongStream.of(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return Nd4j.createFromArray(values).reshape(shape);
  }

  /** Copies of the logits, running statistics and gradients. */
  static Map<String, INDArray> of(
      String name, Parameters parameters, Phase phase, Engine engine, int batch) {
    return of(name, parameters, phase, engine, batch, PICTURES);
  }

  /** The same on the pictures of another seed. */
  static Map<String, INDArray> of(
      String name, Parameters parameters, Phase phase, Engine engine, int batch, int pictures) {
    Model model = Zoo.get(name).model();
    int size = model.setup().imageSize();
    DataType type = parameters.dataType();
    try (TrainStep step =
        new TrainStep(model, parameters, phase, engine, ModelGraph::crossEntropy, p -> false)) {
      TrainStep.Pass pass = null;
      for (int run = 0; run < 2; run++) { // the first builds the plan
        pass =
            step.pass(
                values(new CounterRandom(pictures), batch, 3, size, size).castTo(type),
                Targets.of(IntStream.range(0, batch).toArray(), model.setup().classes(), 0.1)
                    .castTo(type),
                site -> site.mask(type, batch, CounterRandom.of(1, site.name())));
      }
      Map<String, INDArray> copies = new TreeMap<>();
      pass.values().forEach((variable, array) -> copies.put(variable, array.dup()));
      return copies;
    }
  }

  /** Copies of what the heads answer in inference, which has fusions of its own. */
  static Map<String, INDArray> answers(
      String name, Parameters parameters, Engine engine, int batch) {
    Model model = Zoo.get(name).model();
    int size = model.setup().imageSize();
    ModelGraph graph = ModelGraph.of(model, parameters, Phase.EVAL);
    List<String> outputs = List.of(graph.logits().name(), graph.features().name());
    try (Program program = engine.inference(graph.graph().sameDiff(), outputs)) {
      INDArray images = values(new CounterRandom(PICTURES), batch, 3, size, size);
      Map<String, INDArray> copies = new TreeMap<>();
      for (int run = 0; run < 2; run++) {
        program
            .run(Map.of(ModelGraph.IMAGE, images))
            .forEach((variable, array) -> copies.put(variable, array.dup()));
      }
      return copies;
    }
  }

  /** A number that differs where a bit differs. */
  static String digest(Map<String, INDArray> values) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      values.forEach((name, array) -> {
        float[] floats = array.ravel().toFloatVector();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * floats.length);
        for (float value : floats) {
          bytes.putFloat(value);
        }
        digest.update(bytes.array());
      });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
