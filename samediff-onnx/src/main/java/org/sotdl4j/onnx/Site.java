package org.sotdl4j.onnx;

import static org.sotdl4j.onnx.Attributes.integer;

import java.util.List;
import java.util.stream.Stream;
import onnx.Onnx.AttributeProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A place of the ONNX graph where an op, or several that become one node, is being written.
 *
 * @param writer of the graph
 * @param op whose outputs are made
 * @param operands what is read, in the type that is computed with
 */
record Site(GraphWriter writer, Op op, List<Value> operands) {

  Value in(int i) {
    return operands.get(i);
  }

  BatchShape shape(int i) {
    return in(i).shape();
  }

  int rank(int i) {
    return shape(i).rank();
  }

  /** The shape of the op's output. */
  BatchShape outShape() {
    return writer.graph().shape(out());
  }

  private String out() {
    return op.out().getFirst();
  }

  /** The values of an operand that must be known while exporting. */
  INDArray constant(int i) {
    INDArray array = writer.graph().array(op.in().get(i));
    if (array == null) {
      throw op.unsupported("an operand that is no constant");
    }
    return array;
  }

  /** Whole numbers as an operand. */
  Value ints(long... values) {
    return writer.ints(values);
  }

  /** A number as an operand, of the type that is computed with. */
  Value number(double value) {
    return writer.number(value, in(0).type());
  }

  /** The operands and others. */
  List<Value> with(Value... more) {
    return Stream.concat(operands.stream(), Stream.of(more)).toList();
  }

  /** A node that makes the op's output of its operands. */
  void node(String type, AttributeProto... attributes) {
    node(type, operands, attributes);
  }

  /** A node that makes the op's output. */
  void node(String type, List<Value> in, AttributeProto... attributes) {
    List<Value> out = outs();
    writer.node(type, in, out, attributes);
    define(out);
  }

  /** A node that makes a value on the way. */
  Value inner(String type, List<Value> in, BatchShape shape, AttributeProto... attributes) {
    Value out = value(shape);
    writer.node(type, in, List.of(out), attributes);
    return out;
  }

  /** A node that makes equal parts of the first operand along an axis. */
  void split(int axis, List<Value> parts) {
    writer.node(
        "Split",
        List.of(in(0)),
        parts,
        integer("axis", axis),
        integer("num_outputs", parts.size()));
  }

  /** A value on the way with its axes reordered. */
  Value transposed(Value value, long... axes) {
    return writer.transposed(fresh(), value, axes);
  }

  /** A value on the way in another shape. */
  Value reshaped(Value value, BatchShape shape) {
    return writer.reshaped(fresh(), value, shape);
  }

  /** Makes a value with its axes reordered the op's output. */
  void transpose(Value value, long... axes) {
    define(List.of(writer.transposed(writer.nameOf(out()), value, axes)));
  }

  /** Makes a value in another shape the op's output. */
  void reshape(Value value) {
    define(List.of(writer.reshaped(writer.nameOf(out()), value, outShape())));
  }

  /** The op's outputs, to be made by nodes; floating numbers are of the operands' type. */
  List<Value> outs() {
    return op.out().stream()
        .map(name -> new Value(writer.nameOf(name), type(name), writer.graph().shape(name)))
        .toList();
  }

  private DataType type(String variable) {
    DataType inGraph = writer.graph().variable(variable).dataType();
    boolean computed = inGraph.isFPType() && in(0).type().isFPType();
    return computed ? in(0).type() : inGraph;
  }

  /** A value on the way, to be made by a node. */
  Value value(BatchShape shape) {
    return new Value(fresh(), in(0).type(), shape);
  }

  /** A name on the way. */
  String fresh() {
    return writer.fresh(out());
  }

  /** Says which values the op's outputs are. */
  void define(List<Value> values) {
    for (int i = 0; i < values.size(); i++) {
      writer.define(op.out().get(i), values.get(i));
    }
  }
}
