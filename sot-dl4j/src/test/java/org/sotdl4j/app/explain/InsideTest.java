package org.sotdl4j.app.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.zoo.STViT;
import org.sotdl4j.zoo.Zoo;

/** Super tokens, channels and curves. */
class InsideTest {

  /** stvit_nano's first stage: a map of 7 x 7, cells of 3 x 3. */
  private static final STViT.Stage STAGE =
      ((STViT) Zoo.get("stvit_nano").model()).stages().getFirst();

  @Test
  void theGridHasACellForThreeByThreePixels() {
    Tessellation grid = Tessellation.grid(STAGE, 7, 7);

    assertThat(grid.count()).isEqualTo(9);
    assertThat(grid.owners()[0]).isZero();
    assertThat(grid.owners()[6]).isEqualTo(2);
    assertThat(grid.owners()[3 * 7 + 3]).isEqualTo(4);
  }

  @Test
  void aPixelBelongsToTheNeighbourWithTheLargestShareThatThereIs() {
    INDArray shares = Nd4j.zeros(1, 9, 9, 9);
    shares.putScalar(new int[] {0, 4, 0, 8}, 1); // the middle cell's first pixel: lower right
    shares.putScalar(new int[] {0, 0, 0, 0}, 1); // beyond the border
    shares.putScalar(new int[] {0, 0, 0, 5}, 0.5); // to the right

    Tessellation tessellation = Tessellation.of(STAGE, shares, 7, 7);

    assertThat(tessellation.owners()[3 * 7 + 3]).isEqualTo(8);
    assertThat(tessellation.owners()[0]).isEqualTo(1);
    assertThat(tessellation.over(ExplainerTest.noise(1), true).getWidth()).isEqualTo(336);
  }

  @Test
  void aChannelThatIsTheSameEverywhereIsDead() {
    FeatureMaps maps =
        new FeatureMaps(
            new float[][] {{1, 2, 3, 4}, {7, 7, 7, 7.001f}, {0, 0, 0, 0}, {-1, 0, 1, 0}});

    assertThat(maps.dead()).containsExactly(false, true, true, false);
    assertThat(maps.norms().values()[0]).isCloseTo(Math.sqrt(1 + 49 + 1), within(1e-6));
  }

  @Test
  void whereNothingDiffersAllAreDead() {
    assertThat(new FeatureMaps(new float[2][4]).dead()).containsExactly(true, true);
  }

  @Test
  void theAreaIsThatOfTrapezoids() {
    assertThat(Occlusion.area(List.of(1.0, 0.5, 0.0))).isEqualTo(0.5, within(1e-12));
    assertThat(Occlusion.area(List.of(1.0, 0.0, 0.0))).isEqualTo(0.25, within(1e-12));
  }
}
