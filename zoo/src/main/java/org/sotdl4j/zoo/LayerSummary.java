package org.sotdl4j.zoo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.api.ops.impl.shape.Permute;
import org.nd4j.linalg.api.ops.impl.shape.Reshape;
import org.nd4j.linalg.api.ops.impl.shape.StridedSlice;
import org.nd4j.linalg.api.ops.impl.shape.Unstack;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.GraphPart;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;

/**
 * A layer and what it costs for one picture or text, its parts included.
 *
 * @param path as {@code blocks.3.attn}, empty for the whole model
 * @param shape of its output for a batch of one; empty where it has none
 * @param parameters that are learned
 * @param macs its multiply-adds
 * @param activationBytes of all values that its ops compute, as many as training without
 *     recomputation would keep; an op that only looks at values in another order computes none
 * @param firstOp the number of its first op in the graph: where it stands among all layers
 * @param parts in the order in which they are computed; a part without ops and parameters is left
 *     out
 */
public record LayerSummary(
    String path,
    List<Long> shape,
    long parameters,
    Macs macs,
    long activationBytes,
    int firstOp,
    List<LayerSummary> parts) {

  /** Counts a model's evaluation graph; nothing is computed. */
  public static LayerSummary of(Architecture model) {
    try (Parameters parameters = Parameters.shapesOnly()) {
      Graph graph = Graph.create(parameters, Phase.EVAL);
      model.describe(graph);
      return of(graph);
    }
  }

  private static LayerSummary of(Graph graph) {
    Map<String, Count> counts = new LinkedHashMap<>();
    Count whole = new Count("");
    counts.put("", whole);
    graph
        .parameters()
        .trainable()
        .forEach(p -> count(counts, parent(p.name())).parameters += p.array().length());
    DifferentialFunction[] ops = graph.sameDiff().ops();
    String[] owners = owners(graph.parts(), ops.length);
    for (int i = 0; i < ops.length; i++) {
      count(counts, owners[i]).add(graph, ops[i], i);
    }
    graph
        .activations()
        .forEach((name, output) -> {
          // Of a map and tokens beside it (name#0 and #1) the map counts.
          String path = name.endsWith("#0") ? name.substring(0, name.length() - 2) : name;
          if (counts.containsKey(path)) {
            counts.get(path).shape = shape(graph, output);
          }
        });
    return whole.summary();
  }

  /** The innermost layer of each op. Outer layers come later in the list and are passed first. */
  private static String[] owners(List<GraphPart> parts, int ops) {
    String[] owners = new String[ops];
    Arrays.fill(owners, "");
    for (GraphPart part : parts.reversed()) {
      Arrays.fill(owners, part.begin(), part.end(), part.path());
    }
    return owners;
  }

  private static Count count(Map<String, Count> counts, String path) {
    Count known = counts.get(path);
    if (known == null) {
      known = new Count(path);
      counts.put(path, known);
      count(counts, parent(path)).parts.add(known);
    }
    return known;
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }

  private static List<Long> shape(Graph graph, SDVariable variable) {
    return LongStream.of(graph.shapes().of(variable)).boxed().toList();
  }

  /** A layer while it is counted, without its parts. */
  private static final class Count {

    private final String path;
    private final List<Count> parts = new ArrayList<>();
    private List<Long> shape = List.of();
    private long parameters;
    private Macs macs = Macs.NONE;
    private long bytes;
    private int firstOp = Integer.MAX_VALUE;

    private Count(String path) {
      this.path = path;
    }

    private void add(Graph graph, DifferentialFunction op, int number) {
      firstOp = Math.min(firstOp, number);
      macs = macs.plus(Macs.of(graph, op));
      if (!isView(op)) {
        for (SDVariable output : op.outputVariables()) {
          long size = LongStream.of(graph.shapes().of(output)).reduce(1, (a, b) -> a * b);
          bytes += size * output.dataType().width();
        }
      }
    }

    private static boolean isView(DifferentialFunction op) {
      return op instanceof Reshape
          || op instanceof Permute
          || op instanceof StridedSlice
          || op instanceof Unstack
          || op instanceof StopGradient;
    }

    private int first() {
      return parts.stream().mapToInt(Count::first).reduce(firstOp, Math::min);
    }

    private LayerSummary summary() {
      List<LayerSummary> below =
          parts.stream().sorted(Comparator.comparingInt(Count::first)).map(Count::summary).toList();
      return new LayerSummary(
          path,
          shape.isEmpty() && !below.isEmpty() ? below.getLast().shape : shape,
          parameters + below.stream().mapToLong(LayerSummary::parameters).sum(),
          below.stream().map(LayerSummary::macs).reduce(macs, Macs::plus),
          bytes + below.stream().mapToLong(LayerSummary::activationBytes).sum(),
          first(),
          below);
    }
  }

  /** The last part of its path. */
  public String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Whether another layer differs in nothing but its name. */
  public boolean isLike(LayerSummary other) {
    return shape.equals(other.shape)
        && parameters == other.parameters
        && macs.equals(other.macs)
        && activationBytes == other.activationBytes;
  }
}
