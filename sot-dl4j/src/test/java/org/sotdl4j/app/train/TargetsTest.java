package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TargetsTest {

  @Test
  void withoutSmoothingTheyAreOneHot() {
    INDArray targets = Targets.of(new int[] {2, 0}, 3, 0);
    assertThat(targets.shape()).containsExactly(2, 3);
    assertThat(targets.dup().data().asFloat()).containsExactly(0, 0, 1, 1, 0, 0);
  }

  @Test
  void smoothingSpreadsAShareOverAllClasses() {
    INDArray targets = Targets.of(new int[] {1}, 5, 0.25);
    assertThat(targets.toFloatMatrix()[0]).containsExactly(0.05f, 0.80f, 0.05f, 0.05f, 0.05f);
  }
}
