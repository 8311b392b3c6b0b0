package org.sotdl4j.app.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.Ranking;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.Normalize;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Transform;
import org.sotdl4j.engine.Program;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;

/**
 * Says where a model looks: activations weighted by the gradient of a class's logit, added over the
 * channels, negative sums left out. It takes the output of the last block where the head reads the
 * places there, as SoT's word tokens; a class token has read them before, so for it the output of
 * the block before. Where the head has branches, the answer's map is their sum, as its logits are.
 * Grad-CAM (Selvaraju et al., 2017) with a weight for each place, as HiResCAM (Draelos and Carin,
 * 2020).
 *
 * <p>Not for several threads at once. K is the number of classes.
 */
public final class Explainer implements AutoCloseable {

  /** The name of the branch that is the whole model. */
  public static final String ALL = "answer";

  private static final String TARGET = "target.";

  private final Model model;
  private final Transform transform;
  private final Normalize normalize;

  /** The last blocks, the last one first. */
  private final List<String> watched;

  private final Program program;

  /** The branches' logits, by branch; the answer comes last. */
  private final Map<String, String> branches = new LinkedHashMap<>();

  /** The names of the variables that are given back, by layer. */
  private final Map<String, String> variables = new LinkedHashMap<>();

  /** Only for heat maps. */
  public Explainer(SavedModel saved) {
    this(saved, path -> false);
  }

  /**
   * Writes the model's graph anew; the weights stay the saved model's.
   *
   * @param wanted the layers whose outputs {@link Look#outputs} gives too, by path
   */
  public Explainer(SavedModel saved, Predicate<String> wanted) {
    this.model = saved.model();
    this.transform = Pipeline.evaluation(saved.input());
    this.normalize = Pipeline.normalize(saved.input());
    List<String> blocks = model.intermediates();
    this.watched = blocks.reversed().subList(0, Math.min(blocks.size(), 2));
    Graph empty = Graph.create(saved.parameters(), Phase.EVAL, Set.copyOf(watched));
    ModelGraph graph = ModelGraph.of(model, empty);
    model.branches().forEach((name, path) -> branches.put(name, graph.activation(path).name()));
    branches.put(ALL, ModelGraph.LOGITS);
    graph
        .graph()
        .activations()
        .forEach((path, output) -> {
          if (watched.contains(path) || wanted.test(path)) {
            variables.put(path, output.name());
          }
        });
    SDVariable score = graph.graph().sameDiff().constant(Nd4j.scalar(0f));
    for (Map.Entry<String, String> branch : branches.entrySet()) {
      SDVariable target = graph.graph().input(TARGET + branch.getKey(), model.classes());
      SDVariable logits = graph.graph().sameDiff().getVariable(branch.getValue());
      score = score.add(logits.mul(target).sum(0, 1));
    }
    List<String> outputs = new ArrayList<>(branches.values());
    outputs.addAll(variables.values());
    this.program = saved.engine().training(graph.graph().sameDiff(), score.name(), outputs);
  }

  /**
   * What a part of the head makes of a picture.
   *
   * @param name of the part, or {@value #ALL} for the whole model
   * @param probabilities of the classes by this part alone, K
   * @param map where it looks for the class that the whole model answers
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Branch(String name, double[] probabilities, HeatMap map) {}

  /**
   * What was found out about a picture.
   *
   * @param picture as the model sees it
   * @param target the class that is explained: the most probable one
   * @param branches the parts of the head, where it has some, and last the whole model
   * @param outputs of the layers that were asked for, for a batch of one; they hold until the next
   *     look
   */
  public record Look(
      Picture picture, int target, List<Branch> branches, Map<String, INDArray> outputs) {

    /** The whole model's. */
    public Branch all() {
      return branches.getLast();
    }
  }

  /** Explains the model's answer to a picture of any size. */
  public Look look(Picture original) {
    Picture picture = transform.apply(original, new SplittableRandom());
    Map<String, double[]> probabilities = new HashMap<>();
    Map<String, INDArray> first = run(picture, "", 0);
    branches.forEach((name, logits) ->
        probabilities.put(name, Ranking.softmax(first.get(logits).getRow(0).toDoubleVector())));
    int target = Ranking.top(probabilities.get(ALL), 1)[0];
    List<Branch> found = new ArrayList<>();
    double[] sum = null;
    Map<String, INDArray> outputs = new LinkedHashMap<>();
    for (String name : parts()) {
      Map<String, INDArray> values = run(picture, name, target);
      double[] evidence = evidence(values);
      found.add(new Branch(name, probabilities.get(name), positive(evidence)));
      sum = sum == null ? evidence : sum(sum, evidence);
      variables.forEach((path, variable) -> outputs.put(path, values.get(variable)));
    }
    if (found.size() > 1) {
      found.add(new Branch(ALL, probabilities.get(ALL), positive(sum)));
    }
    return new Look(picture, target, List.copyOf(found), outputs);
  }

  /** The branches whose sum the answer is. */
  private List<String> parts() {
    return model.branches().isEmpty() ? List.of(ALL) : List.copyOf(model.branches().keySet());
  }

  /** Outputs, and the gradient of a branch's logit of a class; of none where no branch is named. */
  private Map<String, INDArray> run(Picture picture, String branch, int target) {
    float[] pixels = new float[picture.rgb().length];
    normalize.apply(picture, pixels, 0);
    long[] shape = {1, Picture.CHANNELS, picture.height(), picture.width()};
    Map<String, INDArray> inputs = new HashMap<>();
    inputs.put(ModelGraph.IMAGE, Nd4j.create(pixels, shape, 'c'));
    for (String name : branches.keySet()) {
      INDArray oneHot = Nd4j.zeros(1, model.classes());
      if (name.equals(branch)) {
        oneHot.putScalar(0, target, 1);
      }
      inputs.put(TARGET + name, oneHot);
    }
    Map<String, INDArray> values = program.run(inputs);
    inputs.values().forEach(INDArray::close);
    return values;
  }

  /** How much each place of the last block that is read speaks for the class, or against it. */
  private double[] evidence(Map<String, INDArray> values) {
    double[] places = {};
    for (String block : watched) {
      places =
          weighted(
              values.get(variables.get(block)), values.get(Program.gradient(Graph.probe(block))));
      if (Arrays.stream(places).anyMatch(v -> v != 0)) {
        break;
      }
    }
    return places;
  }

  /** The sum over the channels of the tokens [1, N, C] or of the map [1, C, H, W]. */
  private double[] weighted(INDArray values, INDArray gradient) {
    INDArray products = values.mul(gradient);
    INDArray sums = values.rank() == 4 ? products.sum(1).reshape(-1) : products.sum(2).reshape(-1);
    double[] all = sums.toDoubleVector();
    int tokens = values.rank() == 4 ? 0 : model.classTokens();
    return Arrays.copyOfRange(all, tokens, all.length);
  }

  private static double[] sum(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
  }

  private static HeatMap positive(double[] places) {
    return HeatMap.square(Arrays.stream(places).map(v -> Math.max(0, v)).toArray());
  }

  @Override
  public void close() {
    program.close();
  }
}
