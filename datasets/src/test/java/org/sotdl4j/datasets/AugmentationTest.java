package org.sotdl4j.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {

  private static final List<Float> MEAN = Normalize.IMAGENET.mean();

  private static Augmentation with(String policy, double colorJitter) {
    return new Augmentation(
        List.of(0.5, 1.0),
        List.of(),
        0,
        0.5,
        0.5,
        policy,
        colorJitter > 0 ? List.of(colorJitter) : List.of(),
        0,
        RandomErasing.Mode.CONST,
        1,
        List.of(Interpolation.BILINEAR, Interpolation.BICUBIC),
        1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rand-m9-mstd0.5-inc1",
        "rand-m7-n3-mstd101-tweights",
        "rand-t3aw-n4",
        "original-mstd0.5",
        "originalr",
        "v0",
        "v0r",
        "3a",
        "augmix-m5-w4-d2",
        "augmix-a0.3-b1-mstd1"
      })
  void aPolicyKeepsTheSizeAndRepeatsItself(String policy) {
    Transform t = with(policy, 0.4).transform(48, MEAN, Interpolation.BICUBIC);
    Picture p = Pictures.places(80, 60);
    Set<Integer> outcomes = new HashSet<>();
    for (int seed = 0; seed < 40; seed++) {
      Picture once = t.apply(p, new SplittableRandom(seed));
      assertThat(once.width()).isEqualTo(48);
      assertThat(once.height()).isEqualTo(48);
      assertThat(t.apply(p, new SplittableRandom(seed)).rgb()).isEqualTo(once.rgb());
      outcomes.add(Arrays.hashCode(once.rgb()));
    }
    assertThat(outcomes).hasSizeGreaterThan(30);
    assertThat(p.rgb()).isEqualTo(Pictures.places(80, 60).rgb());
  }

  @ParameterizedTest
  @EnumSource(RandomErasing.Mode.class)
  void erasingReplacesRectanglesOfTheUsualArea(RandomErasing.Mode mode) {
    var erasing = new RandomErasing(1, mode, 1);
    int side = 40;
    for (int seed = 0; seed < 200; seed++) {
      float[] values = new float[3 * side * side + 1];
      Arrays.fill(values, 9);
      erasing.apply(values, 1, side, side, new SplittableRandom(seed));
      int[] rows = new int[side];
      int erased = 0;
      Set<Float> colours = new HashSet<>();
      for (int i = 0; i < side * side; i++) {
        if (values[1 + i] != 9) {
          rows[i / side]++;
          erased++;
          colours.add(values[1 + i]);
        }
      }
      assertThat(values[0]).isEqualTo(9);
      assertThat(erased).isBetween((int) (0.015 * side * side), (int) (0.36 * side * side));
      // Each row has the rectangle's width or nothing.
      List<Integer> widths = new ArrayList<>();
      for (int row : rows) {
        if (row > 0 && !widths.contains(row)) {
          widths.add(row);
        }
      }
      assertThat(widths).hasSize(1);
      switch (mode) {
        case CONST -> assertThat(colours).containsExactly(0f);
        case RAND -> assertThat(colours).hasSize(1);
        case PIXEL -> assertThat(colours).hasSizeGreaterThan(erased / 2);
      }
    }
  }

  @Test
  void erasingHasItsProbability() {
    var erasing = new RandomErasing(0.25, RandomErasing.Mode.CONST, 3);
    int erased = 0;
    for (int seed = 0; seed < 2000; seed++) {
      float[] values = new float[3 * 16 * 16];
      Arrays.fill(values, 9);
      erasing.apply(values, 0, 16, 16, new SplittableRandom(seed));
      for (float v : values) {
        if (v != 9) {
          erased++;
          break;
        }
      }
    }
    assertThat(erased).isBetween(430, 570);
  }

  @Test
  void flippingTwiceGivesThePictureBack() {
    Picture p = Pictures.places(7, 5);
    Picture flipped = new VerticalFlip(1).apply(p, new SplittableRandom(1));
    assertThat(Pictures.green(flipped, 3, 0)).isEqualTo(4);
    assertThat(Pictures.red(flipped, 3, 0)).isEqualTo(3);
    assertThat(new VerticalFlip(1).apply(flipped, new SplittableRandom(1)).rgb())
        .isEqualTo(p.rgb());
    assertThat(new VerticalFlip(0).apply(p, new SplittableRandom(1))).isSameAs(p);
  }

  /** A crop of 8 % at 3 : 4 of a picture so large is as large as the input. */
  @Test
  void picturesMayBeReducedWhileTheSmallestCropIsNotEnlarged() {
    assertThat(Augmentation.USUAL.leastSide(224)).isEqualTo(915);
    assertThat(Augmentation.USUAL.leastSide(32)).isEqualTo(64);
    assertThat(with("", 0).leastSide(32)).isEqualTo(53);
  }

  @Test
  void largeJpegsAreDecodedAtAFraction() {
    byte[] jpeg = Pictures.encode(Pictures.places(200, 160), "jpg");
    for (var expected :
        List.of(
            List.of(0, 200),
            List.of(81, 200),
            List.of(80, 100),
            List.of(40, 50),
            List.of(20, 25),
            List.of(1, 25))) {
      Picture p = PictureDecoder.decode(jpeg, "a", expected.getFirst());
      assertThat(p.width()).as("at least %s", expected.getFirst()).isEqualTo(expected.getLast());
      // The middle of the picture is at the same place.
      int scale = 200 / p.width();
      assertThat(Pictures.red(p, 60 / scale, 80 / scale)).isBetween(48, 72);
    }
    byte[] png = Pictures.encode(Pictures.places(200, 160), "png");
    assertThat(PictureDecoder.decode(png, "a", 1).width()).isEqualTo(200);
  }

  @Test
  void repeatedPicturesAreAugmentedAnew() {
    Dataset data = new PackedPictures("p", List.of("a", "b"), 1, 1, 1, new byte[10], new byte[10]);
    List<Integer> keys = new ArrayList<>();
    var loader =
        new BatchLoader(
            data,
            (p, r) -> p,
            Normalize.IMAGENET,
            5,
            1,
            1,
            BatchLoader.STRICT,
            RandomErasing.NONE,
            3,
            0);
    List<Integer> indices = new ArrayList<>();
    try (Epoch epoch =
        loader.training(
            new SplittableRandom(1),
            key -> {
              keys.add(key);
              return new SplittableRandom(key);
            },
            IntStream.range(0, loader.trainingBatches()))) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          for (int i : batch.indices()) {
            indices.add(i);
          }
        }
      }
    }
    assertThat(indices).hasSize(10);
    for (int i = 0; i < indices.size(); i++) {
      assertThat(indices.get(i)).isEqualTo(indices.get(i / 3 * 3));
      assertThat(keys.get(i)).isEqualTo(indices.get(i) + i % 3 * 10);
    }
    assertThat(new HashSet<>(indices)).hasSize(4);
  }
}
