package org.sotdl4j.onnx;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Makes ONNX models of SameDiff graphs.
 *
 * @param name of the model
 * @param outputs variables of the graph that are the model's outputs, in order
 * @param precision what it computes with
 * @param metadata free texts that the model carries
 */
public record OnnxExport(
    String name, List<String> outputs, Precision precision, Map<String, String> metadata) {

  /**
   * Makes a model of the ops that the outputs need. The arrays are not copied unless their type
   * changes, so the graph must stay as it is until the model is written.
   *
   * @throws UnsupportedGraphException if an op, or something about one, has no counterpart
   */
  public OnnxModel of(SameDiff sd) {
    OpGraph graph = new OpGraph(sd, outputs);
    GraphWriter writer = new GraphWriter(graph, outputs, precision);
    for (Op op : graph.ops()) {
      if (!Fusions.write(writer, op)) {
        Rule rule = Writers.BY_OP.get(op.type());
        if (rule == null) {
          throw new UnsupportedGraphException(
              "ONNX export does not know the op '%s', which makes the variable %s"
                  .formatted(op.type(), op.out().getFirst()));
        }
        writer.write(op, op.in(), rule);
      }
    }
    return new OnnxModel(writer.finish(name).build(), writer.initializers(), metadata);
  }
}
