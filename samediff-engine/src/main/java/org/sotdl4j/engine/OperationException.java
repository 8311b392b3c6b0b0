package org.sotdl4j.engine;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An op of a graph does not take its arguments, or fails. The message names it and its variables.
 */
public final class OperationException extends RuntimeException {

  private static final long serialVersionUID = 1;

  OperationException(Node node, List<INDArray> in, Throwable cause) {
    super(
        "The op %s, which makes %s from %s, failed: %s"
            .formatted(node.operation().name(), node.onlyOut(), arguments(node, in), reason(cause)),
        cause);
  }

  private static String arguments(Node node, List<INDArray> in) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < in.size(); i++) {
      INDArray array = in.get(i);
      text.append(i == 0 ? "" : ", ").append(node.in().get(i)).append(' ');
      text.append(array.dataType()).append(' ').append(Arrays.toString(array.shape()));
    }
    return text.toString();
  }

  /** What the first of the causes says. */
  private static String reason(Throwable cause) {
    Throwable first = cause;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return first.getMessage() == null ? first.toString() : first.getMessage();
  }
}
