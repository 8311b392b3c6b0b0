package org.sotdl4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How plans reuse memory. */
class PlanTest {

  private static final Map<String, INDArray> INPUT = Map.of("x", Nd4j.ones(DataType.FLOAT, 3, 5));

  @AfterEach
  void usual() {
    System.clearProperty(Memory.PROPERTY);
  }

  /** {@code y = exp(x)' + ...}, of which {@code first} is read last by the second node after it. */
  private static Graph graph() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 5);
    SDVariable first = sd.math().exp("first", x); // read again at the end
    SDVariable second = sd.nn().softmax("second", first, -1);
    SDVariable third = sd.math().tanh("third", second);
    third.add("y", first);
    return Graph.of(sd, new LinkedHashMap<>(Map.of("y", "y")));
  }

  private static INDArray run(Liveness liveness) {
    try (Plan plan = new Plan(graph(), INPUT, liveness, Memory.real())) {
      INDArray first = plan.outputs().get("y").dup();
      plan.run(INPUT);
      assertThat(plan.outputs().get("y")).hasToString(first.toString()); // NaN is not NaN
      return first;
    }
  }

  /** Says of the first variable that nobody reads it after the second node. */
  private static Liveness wrong() {
    Liveness right = Liveness.of(graph());
    return node -> {
      Set<String> dying = new HashSet<>(right.dying(node));
      dying.remove("first");
      return node == 1 ? Set.of("first") : dying;
    };
  }

  @Test
  void poisonShowsWhoReadsWhatIsNotThereAnyMore() {
    INDArray expected = run(Liveness.of(graph()));
    INDArray wrong = run(wrong());
    assertThat(wrong).isNotEqualTo(expected);
    assertThat(wrong.isNaN().any()).isFalse(); // wrong, and nobody sees it

    System.setProperty(Memory.PROPERTY, "poison");
    assertThat(run(Liveness.of(graph()))).isEqualTo(expected);
    assertThat(run(wrong()).isNaN().any()).isTrue();
  }

  @Test
  void aWrongSettingIsNamed() {
    System.setProperty(Memory.PROPERTY, "clean");
    assertThatThrownBy(() -> run(Liveness.of(graph())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The system property sotdl4j.memory is clean; it can be reuse or poison");
  }

  @Test
  void imaginedMemoryIsAsLargeAsReal() {
    Graph graph = graph();
    Memory real = Memory.real();
    try (Plan _ = new Plan(graph, INPUT, Liveness.of(graph), real)) {
      assertThat(new StaticShapes(graph, INPUT).bytes()).isEqualTo(real.bytes()).isPositive();
    }
  }

  /** x, what comes of it, and y: what dies makes room. */
  @Test
  void arraysAreReused() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 5);
    for (int i = 0; i < 20; i++) {
      x = sd.nn().softmax(x, -1);
    }
    x.rename("y");
    Graph graph = Graph.of(sd, Map.of("y", "y"));
    assertThat(new StaticShapes(graph, INPUT).bytes()).isEqualTo(3 * 15 * Float.BYTES);
  }
}
