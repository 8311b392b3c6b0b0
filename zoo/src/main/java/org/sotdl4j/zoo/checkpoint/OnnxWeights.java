package org.sotdl4j.zoo.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;

/**
 * The weights in an ONNX file that PyTorch exported, under their names in the {@code state_dict}.
 * The exporter keeps the names of all but the weights of linear layers, which it stores transposed:
 * such a one has the name of the bias that is added to its product.
 */
public final class OnnxWeights {

  private static final String BIAS = ".bias";

  private OnnxWeights() {}

  /**
   * Reads the tensors of type float.
   *
   * @param name of the file, for messages
   * @throws CheckpointException if it is no ONNX file
   * @throws IOException if it cannot be read
   */
  public static TensorFile read(Path name, InputStream in) throws IOException {
    GraphProto graph;
    try {
      graph = ModelProto.parseFrom(in).getGraph();
    } catch (org.nd4j.shade.protobuf.InvalidProtocolBufferException e) {
      throw new CheckpointException("%s is no ONNX file".formatted(name), e);
    }
    Map<String, String> names = linearWeights(graph);
    SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
        continue;
      }
      MemorySegment values = MemorySegment.ofArray(tensor.getRawData().toByteArray());
      List<Long> shape = tensor.getDimsList();
      String linear = names.get(tensor.getName());
      if (linear == null) {
        tensors.put(tensor.getName(), StoredTensor.rowMajor(TensorType.F32, shape, values));
      } else {
        tensors.put(linear, StoredTensor.transposed(TensorType.F32, shape, values));
      }
    }
    return TensorFile.of(name, Contents.plain("ONNX", Map.of(), tensors));
  }

  /** The official names of the right factors of products to whose results a bias is added. */
  private static Map<String, String> linearWeights(GraphProto graph) {
    Map<String, String> factors = new HashMap<>(); // by the product
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("MatMul")) {
        factors.put(node.getOutput(0), node.getInput(1));
      }
    }
    Map<String, String> names = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Add")) {
        name(names, factors, node.getInput(0), node.getInput(1));
        name(names, factors, node.getInput(1), node.getInput(0));
      }
    }
    return names;
  }

  private static void name(
      Map<String, String> names, Map<String, String> factors, String product, String bias) {
    if (factors.containsKey(product) && bias.endsWith(BIAS)) {
      String layer = bias.substring(0, bias.length() - BIAS.length());
      names.put(factors.get(product), layer + ".weight");
    }
  }
}
