package org.sotdl4j.layers;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class InitializerTest {

  @ParameterizedTest
  @CsvSource({"3, 7", "7, 3", "5, 5", "32, 64"})
  void orthogonalMatricesAreOrthogonal(int rows, int columns) {
    INDArray matrix = Nd4j.create(DataType.DOUBLE, rows, columns);
    Initializer.orthogonal(3).fill(matrix, new CounterRandom(1));
    INDArray products =
        rows <= columns ? matrix.mmul(matrix.transpose()) : matrix.transpose().mmul(matrix);
    INDArray expected = Nd4j.eye(Math.min(rows, columns)).castTo(DataType.DOUBLE).muli(9);
    LayerCheck.assertClose(products, expected, 1e-12, "products of the vectors");
  }
}
