package org.sotdl4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a device is given to do. */
class BackendsTest {

  /** Notes schedules, and runs nothing. */
  private record Notes(long freeBytes, List<Schedule> schedules) implements Backend {

    static Notes withFree(long bytes) {
      return new Notes(bytes, new ArrayList<>());
    }

    @Override
    public String name() {
      return "notes:0";
    }

    @Override
    public Executable prepare(Schedule schedule) {
      schedules.add(schedule);
      return new Executable() {
        @Override
        public void run(Map<String, INDArray> placeholders) {
          // Nothing runs.
        }

        @Override
        public Map<String, INDArray> outputs() {
          return Map.of();
        }

        @Override
        public List<StepTime> profile() {
          return List.of();
        }

        @Override
        public Optional<String> firstNotFinite() {
          return Optional.empty();
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  @AfterEach
  void backToTheCpu() {
    Backends.use("cpu");
  }

  /** y = exp(exp(reshape(x W'))) for x [-1, 5] and W [6, 5]. */
  private static SameDiff graph() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 5);
    SDVariable w = sd.var("w", Nd4j.ones(DataType.FLOAT, 6, 5));
    SDVariable product = sd.mmul("product", x, w, false, true, false);
    sd.math().exp("y", sd.math().exp(product.reshape(-1, 2, 3)));
    return sd;
  }

  private static Schedule schedule(int rows) {
    Notes notes = Notes.withFree(Long.MAX_VALUE);
    Backends.use(notes);
    try (Program program = Engine.COMPILED.inference(graph(), List.of("y"))) {
      program.run(Map.of("x", Nd4j.ones(DataType.FLOAT, rows, 5)));
    }
    return notes.schedules().getFirst();
  }

  private static int block(Place place) {
    return ((Place.Block) place).index();
  }

  @Test
  void aReshapeIsNoTaskAndAFunctionWritesOverItsInput() {
    Schedule schedule = schedule(7);
    assertThat(schedule.tasks().stream().map(task -> task.computation().name()))
        .containsExactly("matmul", "exp", "exp");
    Task product = schedule.tasks().getFirst();
    assertThat(block(product.in().getFirst())).isEqualTo(block(schedule.inputs().get("x")));
    assertThat(product.in().get(1)).isInstanceOf(Place.Value.class);
    assertThat(product.out().getFirst().shape()).containsExactly(7, 6);
    Place inside = schedule.tasks().get(1).out().getFirst();
    assertThat(block(inside)).isEqualTo(block(product.out().getFirst()));
    assertThat(inside.shape()).containsExactly(7, 2, 3);
    assertThat(block(schedule.outputs().get("y")))
        .isEqualTo(block(schedule.tasks().getLast().out().getFirst()))
        .isNotEqualTo(block(inside));
    // x, what is inside, and y, which is the caller's.
    assertThat(schedule.blocks()).containsExactly(7 * 5 * 4L, 7 * 6 * 4L, 7 * 6 * 4L);
    assertThat(schedule.values()).extracting(Place.Value::changes).containsExactly(true);
  }

  @Test
  void whatDoesNotFitIsRefusedWithABatchThatDoes() {
    Backends.use(Notes.withFree(10_000));
    try (Program program = Engine.COMPILED.inference(graph(), List.of("y"))) {
      assertThatThrownBy(() -> program.run(Map.of("x", Nd4j.ones(DataType.FLOAT, 1000, 5))))
          .isInstanceOf(NotEnoughMemoryException.class)
          .hasMessageContaining("on notes:0, where 0.00 GiB are free; a batch of 145 fits");
    }
  }

  @Test
  void programsStayWhereTheyWereMade() {
    Notes notes = Notes.withFree(Long.MAX_VALUE);
    try (Program before = Engine.COMPILED.inference(graph(), List.of("y"))) {
      Backends.use(notes);
      assertThat(before.run(Map.of("x", Nd4j.ones(DataType.FLOAT, 1, 5)))).containsKey("y");
    }
    assertThat(notes.schedules()).isEmpty();
  }

  @Test
  void devicesHaveNames() {
    assertThat(Backends.use("cpu")).isEqualTo("cpu");
    assertThat(Backends.use("auto")).isEqualTo("cpu"); // this module has no backend
    assertThatThrownBy(() -> Backends.use("gpu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no device gpu; it can be cpu or auto");
  }
}
