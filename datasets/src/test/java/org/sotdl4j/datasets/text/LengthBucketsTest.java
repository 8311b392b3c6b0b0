package org.sotdl4j.datasets.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthBucketsTest {

  private static LengthBuckets of(int batchSize, int longest, int... lengths) {
    List<Encoded> texts =
        IntStream.of(lengths).mapToObj(n -> new Encoded(new int[n], new int[n], false)).toList();
    return new LengthBuckets(texts, batchSize, longest);
  }

  @Test
  void shortTextsComeTogetherAndLeftoversGoWithLongerOnes() {
    assertThat(of(2, 512, 3, 40, 16, 17, 5).evaluation())
        .containsExactly(
            new TextBatch(0, 16, List.of(0, 2)),
            new TextBatch(1, 32, List.of(4, 3)),
            new TextBatch(2, 64, List.of(1)));
  }

  @Test
  void noTextIsPaddedBeyondTheModelsPositions() {
    assertThat(of(2, 50, 40).evaluation().getFirst().length()).isEqualTo(50);
  }

  @Test
  void trainingLeavesOutWhatIsTooLittleAndRepeatsWithItsSeed() {
    LengthBuckets buckets = of(3, 512, IntStream.rangeClosed(1, 100).toArray());
    List<TextBatch> batches = buckets.training(new SplittableRandom(5));
    assertThat(batches).hasSize(buckets.trainingBatches()).hasSize(33);
    assertThat(batches).allMatch(batch -> batch.places().size() == 3);
    assertThat(batches.stream().flatMap(b -> b.places().stream()).distinct()).hasSize(99);
    assertThat(batches.stream().map(TextBatch::number))
        .containsExactlyElementsOf(IntStream.range(0, 33).boxed().toList());
    assertThat(buckets.training(new SplittableRandom(5))).isEqualTo(batches);
    assertThat(buckets.training(new SplittableRandom(6))).isNotEqualTo(batches);
  }

  @Test
  void aBatchIsFilledUp() {
    List<Encoded> texts =
        List.of(
            new Encoded(new int[] {7, 8}, new int[] {0, 1}, false),
            new Encoded(new int[] {9}, new int[] {0}, false));
    TextBatch batch = new TextBatch(0, 3, List.of(1, 0));
    assertThat(batch.ids(texts, 5).toIntMatrix()).isDeepEqualTo(new int[][] {{9, 5, 5}, {7, 8, 5}});
    assertThat(batch.segments(texts).toIntMatrix())
        .isDeepEqualTo(new int[][] {{0, 0, 0}, {0, 1, 0}});
    assertThat(batch.mask(texts).toFloatMatrix())
        .isDeepEqualTo(new float[][] {{1, 0, 0}, {1, 1, 0}});
  }
}
