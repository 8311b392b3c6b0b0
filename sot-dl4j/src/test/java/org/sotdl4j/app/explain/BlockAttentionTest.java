package org.sotdl4j.app.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BlockAttentionTest {

  /** One class token, four places, one head: the class token looks at place 2 only. */
  private static INDArray toPlace(int place) {
    INDArray weights = Nd4j.eye(5).reshape(1, 1, 5, 5).dup();
    weights.putScalar(0, 0, 0, 0, 0);
    weights.putScalar(0, 0, 0, 1 + place, 1);
    return weights;
  }

  @Test
  void halfOfWhatFlowsBackGoesAroundTheAttention() {
    BlockAttention block = new BlockAttention(toPlace(2), 1, 2, 0);

    assertThat(block.back(block.end())).containsExactly(0.5, 0, 0, 0.5, 0);
    assertThat(block.ofHeads().getFirst().values()).containsExactly(0, 0, 1, 0);
  }

  @Test
  void rolloutFollowsAllBlocks() {
    HeatMap map =
        BlockAttention.rollout(
            List.of(
                new BlockAttention(toPlace(1), 1, 2, 0), new BlockAttention(toPlace(3), 1, 2, 0)));

    assertThat(map.values()).containsExactly(0, 0.25, 0, 0.5);
  }

  /** A map of 4 x 4 in windows of 2 x 2, shifted by 1: the first window holds the middle. */
  @Test
  void windowsAreTakenBackToTheirPlaces() {
    INDArray toFirst = Nd4j.zeros(4, 1, 4, 4);
    IntStream.range(0, 16).forEach(i -> toFirst.putScalar(i / 4, 0, i % 4, 0, 1));
    BlockAttention block = new BlockAttention(toFirst, 0, 4, 1);

    double[] back = block.back(block.end(), 0);

    assertThat(IntStream.range(0, 16).filter(i -> back[i] > 0)).containsExactly(5, 7, 13, 15);
    assertThat(back[5]).isEqualTo(0.25, within(1e-12));
  }

  /** The last block has one place where the block before has four. */
  @Test
  void aPooledPlaceStandsForThoseThatBecameIt() {
    BlockAttention first = new BlockAttention(Nd4j.eye(16).reshape(1, 1, 16, 16), 0, 4, 0);
    INDArray toLast = Nd4j.zeros(1, 1, 4, 4);
    IntStream.range(0, 4).forEach(i -> toLast.putScalar(0, 0, i, 3, 1));

    HeatMap map = BlockAttention.rollout(List.of(first, new BlockAttention(toLast, 0, 2, 0)));

    assertThat(map.rows()).isEqualTo(4);
    assertThat(DoubleStream.of(map.values()).sum()).isCloseTo(1, within(1e-9));
    assertThat(map.values()[15]).isCloseTo((0.125 + 0.5) / 4, within(1e-9));
    assertThat(map.values()[0]).isCloseTo(0.125 / 4, within(1e-9));
  }
}
