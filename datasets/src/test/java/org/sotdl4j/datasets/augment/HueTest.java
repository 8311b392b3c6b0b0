package org.sotdl4j.datasets.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sotdl4j.datasets.Picture;

class HueTest {

  private static final int STEP = 5;
  private static final int LEVELS = 52;

  /** Each fifth red with each fifth green and blue. */
  private static Picture colours() {
    byte[] rgb = new byte[Picture.CHANNELS * LEVELS * LEVELS * LEVELS];
    for (int i = 0; i < rgb.length; i += Picture.CHANNELS) {
      int colour = i / Picture.CHANNELS;
      rgb[i] = (byte) (STEP * (colour / (LEVELS * LEVELS)));
      rgb[i + 1] = (byte) (STEP * (colour / LEVELS % LEVELS));
      rgb[i + 2] = (byte) (STEP * (colour % LEVELS));
    }
    return new Picture(LEVELS * LEVELS, LEVELS, rgb);
  }

  /** The sums are of what Pillow 12.3 makes of the same colours, as torchvision turns its hue. */
  @ParameterizedTest
  @CsvSource({"0.1, 86712927", "-0.3, 1813763658", "0.5, 166298513", "0, 766652913"})
  void asPillow(double part, long sum) {
    CRC32 crc = new CRC32();
    crc.update(Hue.turn(colours(), part).rgb());
    assertThat(crc.getValue()).isEqualTo(sum);
  }

  @Test
  void jitterTurnsTheHueOnlyWhereItIsAsked() {
    Picture red = new Picture(1, 1, new byte[] {(byte) 200, 0, 0});
    var without = new ColorJitter(List.of(0.0, 0.0, 0.0));
    var with = new ColorJitter(List.of(0.0, 0.0, 0.0, 0.5));
    assertThat(without.apply(red, new SplittableRandom(1)).rgb()).isEqualTo(red.rgb());
    assertThat(with.apply(red, new SplittableRandom(1)).rgb()).isNotEqualTo(red.rgb());
    assertThat(new ColorJitter(List.of(0.4))).isEqualTo(new ColorJitter(List.of(0.4, 0.4, 0.4)));
  }
}
