package org.sotdl4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BroadcastTest {

  private static Optional<Broadcast> over(long[] full, long... small) {
    return Broadcast.of(full, List.of(small));
  }

  @Test
  void aSmallShapeIsTheMiddleOfTheFullOne() {
    long[] full = {2, 3, 5};
    assertThat(over(full, 2, 3, 5)).hasValue(new Broadcast(1, 30, 1));
    assertThat(over(full, 5)).hasValue(new Broadcast(6, 5, 1));
    assertThat(over(full, 1, 5)).hasValue(new Broadcast(6, 5, 1));
    assertThat(over(full, 3, 5)).hasValue(new Broadcast(2, 15, 1));
    assertThat(over(full, 1, 3, 1)).hasValue(new Broadcast(2, 3, 5));
    assertThat(over(full, 2, 3, 1)).hasValue(new Broadcast(1, 6, 5));
    assertThat(over(full, 2, 1, 1)).hasValue(new Broadcast(1, 2, 15));
    assertThat(over(full, 1)).hasValue(new Broadcast(1, 1, 30));
    assertThat(over(full)).hasValue(new Broadcast(1, 1, 30));
    assertThat(over(new long[] {7, 1, 5}, 7, 1, 1)).hasValue(new Broadcast(1, 7, 5));
  }

  @Test
  void otherWaysHaveNoBroadcast() {
    assertThat(over(new long[] {2, 3, 5}, 2, 1, 5)).isEmpty();
    assertThat(over(new long[] {3, 5}, 2, 3, 5)).isEmpty();
    assertThat(over(new long[] {2, 3}, 4)).isEmpty();
  }

  @Test
  void allSmallShapesMustBeSpreadInOneWay() {
    long[] full = {2, 3, 5};
    assertThat(Broadcast.of(full, List.of(full, new long[] {5}, new long[] {1, 1, 5})))
        .hasValue(new Broadcast(6, 5, 1));
    assertThat(Broadcast.of(full, List.of(new long[] {5}, new long[] {2, 1, 1}))).isEmpty();
  }
}
