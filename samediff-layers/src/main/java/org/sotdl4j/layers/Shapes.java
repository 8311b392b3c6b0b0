package org.sotdl4j.layers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Static shapes of a graph's variables for one batch size, asked of the ops' own shape functions:
 * nothing is computed, the arrays that stand for activations hold one value.
 */
public final class Shapes {

  private final SameDiff sd;
  private final long batch;
  private final Map<String, INDArray> standIns = new HashMap<>();

  /** For a batch of one. */
  public Shapes(SameDiff sd) {
    this(sd, 1);
  }

  /** For a batch size, which every open dimension gets. */
  public Shapes(SameDiff sd, long batch) {
    this.sd = sd;
    this.batch = batch;
  }

  /** The shape of a variable. */
  public long[] of(SDVariable variable) {
    return standIn(variable).shape().clone();
  }

  private INDArray standIn(SDVariable variable) {
    INDArray known = standIns.get(variable.name());
    if (known != null) {
      return known;
    }
    INDArray made =
        switch (variable.getVariableType()) {
          case VARIABLE, CONSTANT -> variable.getArr();
          case PLACEHOLDER -> standIn(variable.dataType(), closed(variable.getShape()));
          default -> throw new IllegalStateException(variable.name() + " is the output of no op");
          case ARRAY -> {
            infer(sd.getVariableOutputOp(variable.name()));
            yield standIns.get(variable.name());
          }
        };
    standIns.put(variable.name(), made);
    return made;
  }

  private void infer(DifferentialFunction op) {
    SDVariable[] inputs = op.args();
    INDArray[] arrays = new INDArray[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      arrays[i] = standIn(inputs[i]);
    }
    OpContext context = Nd4j.getExecutioner().buildContext();
    List<LongShapeDescriptor> shapes =
        switch (op) {
          case DynamicCustomOp custom -> {
            context.setArgs(arrays, custom.iArgs(), custom.dArgs(), custom.tArgs(), custom.bArgs());
            yield custom.calculateOutputShape(context);
          }
          case BaseOp legacy -> {
            for (int i = 0; i < arrays.length; i++) {
              context.setInputArray(i, arrays[i]);
            }
            yield legacy.calculateOutputShape(context);
          }
          default -> throw new IllegalStateException("No shape function: " + op.opName());
        };
    context.purge();
    String[] outputs = op.outputVariablesNames();
    for (int i = 0; i < outputs.length; i++) {
      SDVariable output = sd.getVariable(outputs[i]);
      standIns.put(outputs[i], standIn(output.dataType(), shapes.get(i).getShape()));
    }
  }

  /** An array of a shape whose strides are all 0, so that it needs the memory of one value. */
  static INDArray standIn(DataType type, long[] shape) {
    return Nd4j.create(
        Nd4j.createBuffer(type, 1, false), shape, new long[shape.length], 0, 'c', type);
  }

  private long[] closed(long[] shape) {
    long[] closed = shape.clone();
    for (int i = 0; i < closed.length; i++) {
      closed[i] = closed[i] < 1 ? batch : closed[i];
    }
    return closed;
  }
}
