package org.sotdl4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/** The rules of ONNX's own checker that concern the form of a model. */
final class Structure {

  private Structure() {}

  static ModelProto check(OnnxModel model) {
    try {
      return check(ModelProto.parseFrom(Ort.bytes(model)));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Fails unless each name has one maker, made before it is read, and everything is needed. */
  static ModelProto check(ModelProto model) {
    assertThat(model.getIrVersion()).isEqualTo(9);
    assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(20);
    GraphProto graph = model.getGraph();
    assertThat(graph.getName()).isNotEmpty();
    Set<String> made = new HashSet<>();
    Set<String> read = new HashSet<>();
    Set<String> nodeNames = new HashSet<>();
    for (ValueInfoProto input : graph.getInputList()) {
      assertThat(made.add(input.getName())).as("input %s", input.getName()).isTrue();
      assertThat(input.getType().getTensorType().getElemType()).isPositive();
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      assertThat(made.add(tensor.getName())).as("tensor %s", tensor.getName()).isTrue();
    }
    for (NodeProto node : graph.getNodeList()) {
      assertThat(nodeNames.add(node.getName())).as("node %s", node.getName()).isTrue();
      assertThat(made).as("before node %s", node.getName()).containsAll(node.getInputList());
      read.addAll(node.getInputList());
      for (String output : node.getOutputList()) {
        assertThat(made.add(output)).as("value %s", output).isTrue();
      }
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      assertThat(made).contains(output.getName());
    }
    assertThat(graph.getInitializerList()).allMatch(tensor -> read.contains(tensor.getName()));
    return model;
  }
}
