package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainStateTest {

  @Test
  void aStepAddsToTheEpoch() {
    TrainState state =
        TrainState.START
            .after(new Steps.Done(1, 1, 2.5, 2, 3, 8))
            .after(new Steps.Done(1, 2, 1, 7, 5, 2));
    assertThat(state).isEqualTo(new TrainState(0, 2, 2, 22, 8, 10, 0, 0, 30));
    assertThat(state.meanGradientNorm()).isEqualTo(3);
    assertThat(state.meanLoss()).isEqualTo(2.2);
    assertThat(state.top1()).isEqualTo(0.8);
  }

  @Test
  void theBestEpochIsTheFirstWithTheHighestAccuracy() {
    TrainState first = TrainState.START.after(new Steps.Done(1, 1, 1, 1, 1, 1)).afterEpoch(0.5);
    assertThat(first).isEqualTo(new TrainState(1, 0, 1, 0, 0, 0, 0.5, 1, 0));
    assertThat(first.afterEpoch(0.5).bestEpoch()).isEqualTo(1);
    assertThat(first.afterEpoch(0.4).bestTop1()).isEqualTo(0.5);
    assertThat(first.afterEpoch(0.6).bestEpoch()).isEqualTo(2);
  }

  @Test
  void withoutARightAnswerTheFirstEpochIsTheBest() {
    TrainState state = TrainState.START.afterEpoch(0);
    assertThat(state.bestEpoch()).isEqualTo(1);
    assertThat(state.afterEpoch(0).bestEpoch()).isEqualTo(1);
  }

  @Test
  void textsKeepEveryBit() {
    TrainState state = new TrainState(3, 5, 1L << 40, 0.1 + 0.2, 7, 9, 1.0 / 3, 2, 0.7);
    assertThat(TrainState.fromMetadata(state.toMetadata())).isEqualTo(state);
  }

  @Test
  void aRunOfAnEarlierVersionGoesOn() {
    TrainState state = new TrainState(3, 0, 40, 0, 0, 0, 0.5, 2, 0);
    Map<String, String> texts = state.toMetadata();
    texts.remove("norm_sum");

    TrainState read = TrainState.fromMetadata(texts);

    assertThat(read.meanGradientNorm()).isNaN();
    assertThat(read.afterEpoch(0.25)).isEqualTo(state.afterEpoch(0.25));
  }
}
