package org.sotdl4j.onnx;

import static org.sotdl4j.onnx.Attributes.integer;
import static org.sotdl4j.onnx.Attributes.integers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.onnx.Rule.Numbers;

/** Writes the nodes of an ONNX graph; what no output needs is left out in the end. */
final class GraphWriter {

  private final OpGraph graph;
  private final List<String> outputs;
  private final Precision precision;
  private final Map<String, Value> byVariable = new HashMap<>();
  private final SequencedMap<String, Tensor> initializers = new LinkedHashMap<>();
  private final List<Value> inputs = new ArrayList<>();
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, Integer> counters = new HashMap<>();

  GraphWriter(OpGraph graph, List<String> outputs, Precision precision) {
    this.graph = graph;
    this.outputs = outputs;
    this.precision = precision;
  }

  OpGraph graph() {
    return graph;
  }

  /** Writes an op by a rule. */
  void write(Op op, List<String> operands, Rule rule) {
    List<Value> in = operands.stream().map(this::value).toList();
    rule.writer().write(new Site(this, op, inTypeOf(rule.numbers(op), in)));
  }

  private List<Value> inTypeOf(Numbers numbers, List<Value> in) {
    boolean isFloat =
        numbers == Numbers.FLOAT
            || (numbers == Numbers.AS_OPERANDS
                && in.stream().anyMatch(v -> v.type() == DataType.FLOAT));
    DataType type = isFloat ? DataType.FLOAT : DataType.FLOAT16;
    return precision == Precision.AS_IN_GRAPH
        ? in
        : in.stream().map(v -> v.type().isFPType() ? cast(v, type) : v).toList();
  }

  /** A value in another type. */
  Value cast(Value value, DataType type) {
    if (value.type() == type) {
      return value;
    }
    String name = value.name() + "/" + type;
    Value known = values.get(name);
    return known == null ? cast(name, value, type) : known;
  }

  private Value cast(String name, Value value, DataType type) {
    AttributeProto to = integer("to", Tensor.onnxType(type).getNumber());
    Value out = new Value(name, type, value.shape());
    node("Cast", List.of(value), List.of(out), to);
    return out;
  }

  /** The name of an output of an op. */
  String nameOf(String variable) {
    return precision == Precision.FLOAT16 && outputs.contains(variable)
        ? fresh(variable)
        : variable;
  }

  /** A name for something on the way to a variable. */
  String fresh(String variable) {
    String name;
    do {
      name = variable + "/" + counters.merge(variable, 1, Integer::sum);
    } while (graph.variable(name) != null);
    return name;
  }

  /** Says which value a variable of the graph is. */
  void define(String variable, Value value) {
    byVariable.put(variable, value);
  }

  /** The value of a variable that has been written, or that no op makes. */
  Value value(String variable) {
    Value value = byVariable.get(variable);
    if (value == null) {
      value = leaf(graph.variable(variable));
      define(variable, value);
    }
    return value;
  }

  private Value leaf(SDVariable variable) {
    String name = variable.name();
    if (variable.getVariableType() == VariableType.PLACEHOLDER) {
      Value input = new Value(name, variable.dataType(), graph.shape(name));
      inputs.add(input);
      return input;
    }
    INDArray array = graph.array(name);
    boolean half =
        precision == Precision.FLOAT16
            && array.dataType().isFPType()
            && array.amaxNumber().doubleValue() <= Rule.HALF_MAX;
    return initializer(name, array, half ? DataType.FLOAT16 : array.dataType());
  }

  private Value initializer(String name, INDArray array, DataType type) {
    initializers.computeIfAbsent(name, n -> Tensor.of(n, array, type));
    return new Value(name, type, BatchShape.fixed(array.shape()));
  }

  /** A constant array, of a name that tells its content. */
  Value constant(String name, INDArray array, DataType type) {
    return initializer(name + "/" + type, array, type);
  }

  /** A constant number. */
  Value number(double value, DataType type) {
    return constant("number/" + value, Nd4j.scalar(value), type);
  }

  /** Constant whole numbers. */
  Value ints(long... values) {
    return constant(
        "ints/" + Arrays.toString(values), Nd4j.createFromArray(values), DataType.INT64);
  }

  /** Adds a node. */
  void node(String type, List<Value> in, List<Value> out, AttributeProto... attributes) {
    NodeProto node =
        NodeProto.newBuilder()
            .setName(out.getFirst().name() + "/" + type)
            .setOpType(type)
            .addAllInput(in.stream().map(Value::name).toList())
            .addAllOutput(out.stream().map(Value::name).toList())
            .addAllAttribute(List.of(attributes))
            .build();
    nodes.add(node);
    in.forEach(value -> values.put(value.name(), value));
    out.forEach(value -> {
      values.put(value.name(), value);
      producers.put(value.name(), node);
    });
  }

  /** What a node of a type made a value of, or null. */
  private Value source(Value value, String type) {
    NodeProto node = producers.get(value.name());
    return node != null && node.getOpType().equals(type) ? values.get(node.getInput(0)) : null;
  }

  /** A value with its axes reordered; after another reordering both are done at once. */
  Value transposed(String name, Value value, long... axes) {
    Value source = source(value, "Transpose");
    if (source != null) {
      List<Long> before = producers.get(value.name()).getAttribute(0).getIntsList();
      long[] both = Arrays.stream(axes).map(a -> before.get((int) a)).toArray();
      return transposed(name, source, both);
    }
    if (IntStream.range(0, axes.length).allMatch(i -> axes[i] == i)) {
      return value;
    }
    Value out = new Value(name, value.type(), value.shape().permuted(axes));
    node("Transpose", List.of(value), List.of(out), integers("perm", axes));
    return out;
  }

  /**
   * A value in another shape of as many elements; after another reshaping both are done at once.
   */
  Value reshaped(String name, Value value, BatchShape shape) {
    Value source = source(value, "Reshape");
    if (source != null) {
      return reshaped(name, source, shape);
    }
    if (value.shape().equals(shape)) {
      return value;
    }
    Value out = new Value(name, value.type(), shape);
    node("Reshape", List.of(value, ints(target(value.shape(), shape))), List.of(out));
    return out;
  }

  /** The operand of Reshape: 0 keeps the length along an axis, one -1 is computed. */
  private static long[] target(BatchShape from, BatchShape to) {
    long[] target = new long[to.rank()];
    for (int i = 0; i < target.length; i++) {
      boolean kept = i < from.rank() && from.get(i).equals(to.get(i));
      target[i] = !to.get(i).ofBatch() ? to.size(i) : kept ? 0 : -1;
    }
    if (Arrays.stream(target).filter(n -> n == -1).count() > 1) {
      throw new UnsupportedGraphException(
          "ONNX export does not know how to reshape %s to %s".formatted(from, to));
    }
    return target;
  }

  /** The graph, but for the values of its initialisers. */
  GraphProto.Builder finish(String name) {
    outputs.forEach(this::output);
    GraphProto.Builder proto = GraphProto.newBuilder().setName(name);
    Set<String> needed = new HashSet<>(outputs);
    List<NodeProto> kept = new ArrayList<>();
    for (NodeProto node : nodes.reversed()) {
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        kept.addFirst(node);
        needed.addAll(node.getInputList());
      }
    }
    initializers.keySet().retainAll(needed);
    inputs.stream()
        .filter(i -> needed.contains(i.name()))
        .map(GraphWriter::info)
        .forEach(proto::addInput);
    outputs.forEach(output -> proto.addOutput(info(values.get(output))));
    // No shapes of other values: with them ONNX Runtime shares buffers in a way that costs 10 %.
    return proto.addAllNode(kept);
  }

  private void output(String variable) {
    Value value = value(variable);
    DataType type = graph.variable(variable).dataType();
    if (graph.producer(variable) == null) {
      throw new UnsupportedGraphException(
          "The variable %s cannot be an output of an ONNX model, as no op computes it"
              .formatted(variable));
    }
    if (value.type() != type) {
      cast(variable, value, type);
    } else if (!value.name().equals(variable)) {
      node("Identity", List.of(value), List.of(new Value(variable, type, value.shape())));
    }
  }

  /** The initialisers that are needed, once the graph is finished. */
  List<Tensor> initializers() {
    return List.copyOf(initializers.values());
  }

  private static ValueInfoProto info(Value value) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (BatchShape.Dimension dimension : value.shape().dimensions()) {
      var builder = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(
          dimension.ofBatch()
              ? builder.setDimParam(dimension.symbol())
              : builder.setDimValue(dimension.size()));
    }
    return ValueInfoProto.newBuilder()
        .setName(value.name())
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(Tensor.onnxType(value.type()).getNumber())
                        .setShape(shape)))
        .build();
  }
}
