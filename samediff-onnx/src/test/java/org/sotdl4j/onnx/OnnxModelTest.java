package org.sotdl4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OnnxModelTest {

  static {
    Nd4j.getRandom().setSeed(1);
  }

  @TempDir private Path folder;

  private final SameDiff sd = SameDiff.create();
  private final SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 31);
  private final INDArray input = Nd4j.rand(DataType.FLOAT, 3, 31).subi(0.5);

  private SDVariable parameter(String name, long... shape) {
    return sd.var(name, Nd4j.rand(DataType.FLOAT, shape).subi(0.5));
  }

  /** Two linear layers with a GELU between them. */
  private SDVariable network() {
    SDVariable y = sd.mmul(x, parameter("fc1.weight", 37, 31), false, true, false);
    y = y.add(parameter("fc1.bias", 37));
    y = y.mul(sd.math.erf(y.mul(Math.sqrt(0.5))).add(1).mul(0.5));
    y = sd.mmul(y, parameter("fc2.weight", 5, 37), false, true, false);
    return y.add(parameter("fc2.bias", 5)).rename("answer");
  }

  private OnnxModel model(Precision precision) {
    return new OnnxExport("net", List.of("answer"), precision, Map.of("classes", "5")).of(sd);
  }

  private INDArray expected() {
    return sd.output(Map.of("x", input), "answer").get("answer");
  }

  @Test
  void saysWhatItIs() {
    network();
    ModelProto proto = Structure.check(model(Precision.AS_IN_GRAPH));
    assertThat(proto.getProducerName()).isEqualTo("sot-dl4j");
    assertThat(proto.getMetadataProps(0).getKey()).isEqualTo("classes");
    assertThat(proto.getGraph().getName()).isEqualTo("net");
    ValueInfoProto in = proto.getGraph().getInput(0);
    assertThat(in.getName()).isEqualTo("x");
    assertThat(in.getType().getTensorType().getShape().getDim(0).getDimParam()).isEqualTo("batch");
    assertThat(in.getType().getTensorType().getShape().getDim(1).getDimValue()).isEqualTo(31);
    assertThat(proto.getGraph().getOutput(0).getName()).isEqualTo("answer");
    assertThat(proto.getGraph().getInitializerList())
        .extracting(TensorProto::getName)
        .containsExactly("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias");
  }

  @Test
  void tensorsInASecondFile() throws IOException {
    network();
    OnnxModel model = model(Precision.AS_IN_GRAPH);
    Path file = folder.resolve("net.onnx");
    try (OutputStream out = Files.newOutputStream(file);
        FileChannel data =
            FileChannel.open(
                folder.resolve("net.onnx.data"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
      model.write(out, "net.onnx.data");
      model.writeData(data);
    }
    assertThat(Files.size(file)).isLessThan(2000);
    assertThat(Ort.run(file, input).equalsWithEps(expected(), 1e-5)).isTrue();
  }

  @Test
  void halfPrecision() {
    network();
    OnnxModel half = model(Precision.FLOAT16);
    ModelProto proto = Structure.check(half);
    assertThat(proto.getGraph().getInitializerList())
        .allMatch(t -> t.getDataType() == TensorProto.DataType.FLOAT16.getNumber());
    assertThat(half.size()).isEqualTo(model(Precision.AS_IN_GRAPH).size() / 2);
    INDArray got = Ort.run(half, input); // float32 goes in and comes out
    assertThat(got.equalsWithEps(expected(), 1e-2)).isTrue();
    assertThat(got.equalsWithEps(expected(), 1e-6)).isFalse();
  }

  @Test
  void halfPrecisionSparesWhatItWouldSpoil() {
    SDVariable large = sd.var("large", Nd4j.create(new float[] {1e5f}));
    SDVariable y = x.mul(1e-9).add(x.sum(true, 1).mul(1e9)).mul(large).rename("answer");
    assertThat(y.name()).isEqualTo("answer");
    INDArray relative =
        Ort.run(model(Precision.FLOAT16), input).sub(expected()).div(expected().norm2Number());
    assertThat(relative.amaxNumber().doubleValue()).isLessThan(1e-5);
  }

  @Test
  void anUnknownOpIsNamed() {
    sd.math.asinh(x).rename("answer");
    assertThatThrownBy(() -> model(Precision.AS_IN_GRAPH))
        .isInstanceOf(UnsupportedGraphException.class)
        .hasMessage("ONNX export does not know the op 'asinh', which makes the variable answer");
  }

  @Test
  void anUnknownArgumentIsNamed() {
    sd.nn.relu(x, 0.5).rename("answer");
    assertThatThrownBy(() -> model(Precision.AS_IN_GRAPH))
        .isInstanceOf(UnsupportedGraphException.class)
        .hasMessage(
            "ONNX export does not know a cutoff other than 0 of the op 'relu', which makes the variable answer");
  }
}
