package org.sotdl4j.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformsTest {

  private static final RandomGenerator RANDOM = new SplittableRandom(1);

  @Test
  void cropKeepsPlacesAndFillsTheOutsideWithBlack() {
    Picture crop = Pictures.places(7, 5).crop(-1, 2, 3, 5);
    assertThat(reds(crop, 0)).containsExactly(0, 0, 1);
    assertThat(greens(crop)).containsExactly(2, 3, 4, 0, 0);
    assertThat(crop.rgb()[2]).isZero(); // outside, though blue is 200 everywhere inside
    assertThat(Pictures.places(7, 5).crop(20, 20, 2, 2).rgb()).containsOnly(0);
    assertThat(Pictures.places(7, 5).crop(-20, 0, 2, 2).rgb()).containsOnly(0);
  }

  /** torchvision rounds half a pixel to the even neighbour: 3.5 and 4.5 both become 4. */
  @ParameterizedTest
  @CsvSource({"11, 4, 4", "13, 4, 4", "10, 4, 3", "4, 4, 0"})
  void centerCropBeginsWhereTorchvisionBegins(int side, int size, int first) {
    Picture crop = new CenterCrop(size).apply(Pictures.places(side, side), RANDOM);
    assertThat(Pictures.red(crop, 0, 0)).isEqualTo(first);
    assertThat(Pictures.green(crop, 0, 0)).isEqualTo(first);
    assertThat(crop.width()).isEqualTo(size);
  }

  @Test
  void centerCropOfASmallPictureHasABlackBorder() {
    Picture crop = new CenterCrop(6).apply(Pictures.of(3, 3, (x, y) -> 0xff0000), RANDOM);
    assertThat(reds(crop, 2)).containsExactly(0, 255, 255, 255, 0, 0); // 1 before, 2 behind
  }

  @ParameterizedTest
  @CsvSource({"7, 5, 10, 14, 10", "5, 7, 10, 10, 14", "7, 11, 3, 3, 4", "5, 5, 3, 3, 3"})
  void theShorterSideGetsTheSizeAndTheLongerIsRoundedDown(
      int width, int height, int size, int newWidth, int newHeight) {
    Picture resized =
        new ResizeShorterSide(size, Interpolation.BILINEAR)
            .apply(Pictures.places(width, height), RANDOM);
    assertThat(resized.width()).isEqualTo(newWidth);
    assertThat(resized.height()).isEqualTo(newHeight);
  }

  @Test
  void nearestPicksThePixelUnderTheCentre() {
    Picture p = Pictures.places(6, 5);
    // The centres of 4 columns are at 0.75, 2.25, 3.75, 5.25 and of 2 rows at 1.25, 3.75
    Picture resized = new Resize(4, 2, Interpolation.NEAREST).apply(p, RANDOM);
    assertThat(reds(resized, 1)).containsExactly(0, 2, 3, 5);
    assertThat(greens(resized)).containsExactly(1, 3);
  }

  @Test
  void bilinearWeighsByHand() {
    // Doubling 0, 100: centres at -0.25 + 0.5 = 0.25, 0.75, 1.25, 1.75, so 1/4 or 3/4 of each
    Picture doubled = new Resize(4, 1, Interpolation.BILINEAR).apply(row(0, 100), RANDOM);
    assertThat(reds(doubled, 0)).containsExactly(0, 25, 75, 100);
    // Halving: a triangle over 4 pixels, 3/8 for the inner two and 1/8 for the outer two;
    // at the border one outer pixel is missing, so 3/7, 3/7, 1/7
    Picture halved = new Resize(2, 1, Interpolation.BILINEAR).apply(row(0, 70, 140, 210), RANDOM);
    assertThat(reds(halved, 0))
        .containsExactly((0 + 3 * 70 + 140) / 7, (70 + 3 * 140 + 3 * 210) / 7);
    Picture third = new Resize(3, 1, Interpolation.BILINEAR).apply(row(8, 0, 80, 0, 0, 0), RANDOM);
    assertThat(Pictures.red(third, 1, 0)).isEqualTo(3 * 80 / 8);
  }

  @Test
  void bicubicOvershootsAndIsClipped() {
    // At a quarter of a pixel: weights of Keys' kernel (a = -0.5) at 1.25, 0.25, 0.75, 1.75
    double[] w = {-0.0703125, 0.8671875, 0.2265625, -0.0234375};
    int expected = (int) Math.rint(w[0] * 10 + w[1] * 100 + w[2] * 200 + w[3] * 20);
    Picture doubled = new Resize(8, 1, Interpolation.BICUBIC).apply(row(10, 100, 200, 20), RANDOM);
    assertThat(Pictures.red(doubled, 3, 0)).isEqualTo(expected);
    Picture edge = new Resize(8, 1, Interpolation.BICUBIC).apply(row(0, 0, 255, 255), RANDOM);
    assertThat(reds(edge, 0)).startsWith(0, 0, 0).endsWith(255, 255, 255);
  }

  @Test
  void bothDirectionsAreResampledAlike() {
    Picture p = Pictures.of(11, 7, (x, y) -> (x * x * 23 + y * 5) % 256 << 16);
    Picture transposed = Pictures.of(7, 11, (x, y) -> (y * y * 23 + x * 5) % 256 << 16);
    Picture a = new Resize(5, 7, Interpolation.BICUBIC).apply(p, RANDOM);
    Picture b = new Resize(7, 5, Interpolation.BICUBIC).apply(transposed, RANDOM);
    for (int x = 0; x < 5; x++) {
      for (int y = 0; y < 7; y++) {
        assertThat(Pictures.red(a, x, y)).isEqualTo(Pictures.red(b, y, x));
      }
    }
  }

  @Test
  void flippingMirrorsTheColumns() {
    Picture p = Pictures.places(3, 2);
    Picture flipped = new HorizontalFlip(1).apply(p, RANDOM);
    assertThat(reds(flipped, 1)).containsExactly(2, 1, 0);
    assertThat(greens(flipped)).containsExactly(0, 1);
    assertThat(new HorizontalFlip(0).apply(p, RANDOM)).isSameAs(p);
    long flips =
        Stream.generate(() -> new HorizontalFlip(0.3).apply(p, RANDOM))
            .limit(10_000)
            .filter(f -> !f.equals(p))
            .count();
    assertThat(flips).isBetween(2800L, 3200L); // 4 standard deviations are 183
  }

  @Test
  void randomCropsReachEveryPlace() {
    Set<List<Integer>> places = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      Picture crop = new RandomCrop(5, 2).apply(Pictures.places(5, 7), RANDOM);
      assertThat(crop.width()).isEqualTo(5);
      assertThat(crop.height()).isEqualTo(5);
      // The middle of the crop is always inside: it tells where the crop is
      places.add(List.of(Pictures.red(crop, 2, 2), Pictures.green(crop, 2, 2)));
    }
    assertThat(places).hasSize(5 * 7);
    assertThatThrownBy(() -> new RandomCrop(10, 2).apply(Pictures.places(5, 7), RANDOM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too small for a crop of 10");
  }

  @Test
  void randomResizedCropKeepsAreaAndRatioWithinTheirBounds() {
    // No resampling: the crop is the size already, so the pixels tell which rectangle it was
    var half = new RandomResizedCrop(20, 0.25, 0.25, 1, 1, Interpolation.BILINEAR);
    Set<Integer> lefts = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      Picture crop = half.apply(Pictures.places(40, 40), RANDOM);
      assertThat(Pictures.red(crop, 19, 0) - Pictures.red(crop, 0, 0)).isEqualTo(19);
      lefts.add(Pictures.red(crop, 0, 0));
    }
    assertThat(lefts).hasSize(21).contains(0, 20);
    // In general: the spread of red is about the width, that of green about the height
    var usual = new RandomResizedCrop(60, 0.08, 1, 0.75, 4.0 / 3, Interpolation.NEAREST);
    double smallest = 1;
    double largest = 0;
    for (int i = 0; i < 500; i++) {
      Picture crop = usual.apply(Pictures.places(50, 40), RANDOM);
      int width = Pictures.red(crop, 59, 0) - Pictures.red(crop, 0, 0) + 1;
      int height = Pictures.green(crop, 0, 59) - Pictures.green(crop, 0, 0) + 1;
      double area = width * height / 2000.0;
      assertThat(area).isBetween(0.07, 1.0);
      assertThat((double) width / height).isBetween(0.7, 1.43); // 0.75 to 1.33, and rounding
      smallest = Math.min(smallest, area);
      largest = Math.max(largest, area);
    }
    assertThat(smallest).isLessThan(0.12);
    assertThat(largest).isGreaterThan(0.85);
  }

  @Test
  void randomResizedCropFallsBackToTheMiddle() {
    // 100 x 10 has no rectangle of all its area with a ratio up to 4/3: 13 x 10 at left 43 remains
    Picture crop =
        new RandomResizedCrop(50, 1, 1, 0.75, 4.0 / 3, Interpolation.NEAREST)
            .apply(Pictures.places(100, 10), RANDOM);
    assertThat(reds(crop, 0)).startsWith(43).endsWith(55);
    assertThat(greens(crop)).startsWith(0).endsWith(9);
    Picture tall =
        new RandomResizedCrop(50, 1, 1, 0.75, 4.0 / 3, Interpolation.NEAREST)
            .apply(Pictures.places(10, 100), RANDOM);
    assertThat(greens(tall)).startsWith(43).endsWith(55);
  }

  @Test
  void theSameGeneratorGivesTheSamePicture() {
    Picture p = Pictures.places(40, 30);
    for (Transform t :
        List.of(
            new RandomResizedCrop(32, 0.08, 1, 0.75, 4.0 / 3, Interpolation.BICUBIC),
            Augmentation.USUAL.transform(32, Normalize.IMAGENET.mean(), Interpolation.BICUBIC))) {
      Picture a = t.apply(p, new SplittableRandom(5));
      assertThat(a.width()).isEqualTo(32);
      assertThat(a.height()).isEqualTo(32);
      assertThat(t.apply(p, new SplittableRandom(5)).rgb()).isEqualTo(a.rgb());
      assertThat(t.apply(p, new SplittableRandom(6)).rgb()).isNotEqualTo(a.rgb());
    }
  }

  @Test
  void normalizingGivesPlanesOfNumbers() {
    var normalize = new Normalize(List.of(0.5f, 0f, 1f), List.of(0.5f, 1f, 2f));
    float[] out = new float[7];
    normalize.apply(Pictures.of(2, 1, (x, y) -> x == 0 ? 0xff0033 : 0x00ffff), out, 1);
    assertThat(out).containsExactly(new float[] {0, 1, -1, 0, 1, -0.4f, 0}, within(1e-6f));
    assertThatThrownBy(() -> new Normalize(List.of(0f), List.of(1f)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 means");
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThatThrownBy(() -> Transforms.evaluation(224, 1.1, Interpolation.BICUBIC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is 1.1");
    assertThatThrownBy(() -> new Resize(0, 4, Interpolation.NEAREST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 x 4");
    assertThatThrownBy(() -> new RandomResizedCrop(4, 0.5, 0.1, 1, 1, Interpolation.NEAREST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.5");
    assertThatThrownBy(() -> new Picture(2, 2, new byte[11]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("11 bytes");
  }

  /** One row of these red values. */
  private static Picture row(int... reds) {
    return Pictures.of(reds.length, 1, (x, y) -> reds[x] << 16);
  }

  private static int[] reds(Picture p, int y) {
    int[] values = new int[p.width()];
    Arrays.setAll(values, x -> Pictures.red(p, x, y));
    return values;
  }

  /** The green values of the last column. */
  private static int[] greens(Picture p) {
    int[] values = new int[p.height()];
    Arrays.setAll(values, y -> Pictures.green(p, p.width() - 1, y));
    return values;
  }
}
