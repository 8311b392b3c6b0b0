package org.sotdl4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.samediff.frameworkimport.onnx.importer.OnnxFrameworkImporter;
import org.nd4j.samediff.frameworkimport.tensorflow.importer.TensorflowFrameworkImporter;
import org.tensorflow.framework.AttrValue;
import org.tensorflow.framework.GraphDef;
import org.tensorflow.framework.NodeDef;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;

/** How far ND4J's own importers carry graphs of others; the README tells it. */
class ImportersTest {

  private static final INDArray X = Nd4j.rand(DataType.FLOAT, 3, 4);
  private static final INDArray W = Nd4j.rand(DataType.FLOAT, 4, 5);
  private static final INDArray B = Nd4j.rand(DataType.FLOAT, 5).subi(1);

  @TempDir private Path folder;

  @Test
  void aSmallTensorFlowGraphComesIn() throws IOException {
    AttrValue type =
        AttrValue.newBuilder().setType(org.tensorflow.framework.DataType.DT_FLOAT).build();
    GraphDef graph =
        GraphDef.newBuilder()
            .addNode(
                node("x", "Placeholder")
                    .putAttr("dtype", type)
                    .putAttr("shape", AttrValue.newBuilder().setShape(shape(-1, 4)).build()))
            .addNode(constant("w", W, type))
            .addNode(constant("b", B, type))
            .addNode(node("product", "MatMul", "x", "w").putAttr("T", type))
            .addNode(node("sum", "BiasAdd", "product", "b").putAttr("T", type))
            .addNode(node("y", "Relu", "sum").putAttr("T", type))
            .build();
    Path file = Files.write(folder.resolve("graph.pb"), graph.toByteArray());
    SameDiff sd = new TensorflowFrameworkImporter().runImport(file.toString(), Map.of(), false);
    assertThat(y(sd)).isEqualTo(Transforms.max(X.mmul(W).addiRowVector(B), 0.0));
  }

  private static NodeDef.Builder node(String name, String op, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(inputs));
  }

  private static NodeDef.Builder constant(String name, INDArray values, AttrValue type) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(org.tensorflow.framework.DataType.DT_FLOAT)
            .setTensorShape(shape(values.shape()));
    for (float value : values.data().asFloat()) {
      tensor.addFloatVal(value);
    }
    return node(name, "Const")
        .putAttr("dtype", type)
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build());
  }

  private static TensorShapeProto shape(long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }

  @Test
  void sumsComeInFromOnnx() throws IOException {
    assertThat(y(onnx("Add", X))).isEqualTo(X.add(X));
  }

  /** Without a word: its numbers must not be trusted. */
  @Test
  void productsComeInFromOnnxAsZeros() throws IOException {
    assertThat(y(onnx("Gemm", W))).isEqualTo(Nd4j.zeros(DataType.FLOAT, 3, 5));
  }

  @Test
  void layerNormsDoNotComeInFromOnnx() {
    assertThatThrownBy(() -> onnx("LayerNormalization", Nd4j.ones(DataType.FLOAT, 4)))
        .isInstanceOf(RuntimeException.class);
  }

  /** A model of one op on x and a tensor, imported. */
  private SameDiff onnx(String op, INDArray tensor) throws IOException {
    Onnx.TensorProto.Builder values =
        Onnx.TensorProto.newBuilder()
            .setName("w")
            .setDataType(Onnx.TensorProto.DataType.FLOAT_VALUE);
    for (long size : tensor.shape()) {
      values.addDims(size);
    }
    for (float value : tensor.data().asFloat()) {
      values.addFloatData(value);
    }
    Onnx.GraphProto graph =
        Onnx.GraphProto.newBuilder()
            .setName("graph")
            .addInput(info("x", X.shape()))
            .addInitializer(values)
            .addNode(
                Onnx.NodeProto.newBuilder()
                    .setName("node")
                    .setOpType(op)
                    .addInput("x")
                    .addInput("w")
                    .addOutput("y"))
            .addOutput(info("y"))
            .build();
    Onnx.ModelProto model =
        Onnx.ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph)
            .build();
    Path file = Files.write(folder.resolve("model.onnx"), model.toByteArray());
    return new OnnxFrameworkImporter().runImport(file.toString(), Map.of(), false);
  }

  private static Onnx.ValueInfoProto info(String name, long... sizes) {
    Onnx.TensorShapeProto.Builder shape = Onnx.TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(Onnx.TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return Onnx.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder()
                        .setElemType(Onnx.TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }

  private static INDArray y(SameDiff sd) {
    return sd.output(Map.of("x", X), "y").get("y");
  }
}
