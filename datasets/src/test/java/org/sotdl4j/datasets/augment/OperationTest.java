package org.sotdl4j.datasets.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.datasets.Picture;

class OperationTest {

  /** A picture of a formula, 61 x 47. */
  private static Picture picture() {
    int width = 61;
    int height = 47;
    byte[] rgb = new byte[3 * width * height];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        rgb[at++] = (byte) (20 + (x * 7 + y * 13 + x * y) % 200);
        rgb[at++] = (byte) (x * x + 3 * y);
        rgb[at++] = (byte) (60 + (x ^ y) * 5 % 100);
      }
    }
    return new Picture(width, height, rgb);
  }

  /** Check sums of what timm 1.0.29's functions give with Pillow 12.3.0, fill (124, 116, 104). */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          AutoContrast,0,BILINEAR,1753937837
          Equalize,0,BILINEAR,2371788968
          Invert,0,BILINEAR,4191311989
          Posterize,0,BILINEAR,238701699
          Posterize,1,BILINEAR,305107579
          Posterize,3,BILINEAR,3096133082
          Posterize,4,BILINEAR,2995600501
          Posterize,8,BILINEAR,2132525932
          Solarize,0,BILINEAR,4191311989
          Solarize,51,BILINEAR,2887817610
          Solarize,128,BILINEAR,58843299
          Solarize,256,BILINEAR,2132525932
          SolarizeAdd,0,BILINEAR,2132525932
          SolarizeAdd,55,BILINEAR,1322967630
          SolarizeAdd,110,BILINEAR,1634995426
          Color,0.1,BILINEAR,3858232708
          Color,0.64,BILINEAR,1896331304
          Color,1.0,BILINEAR,2132525932
          Color,1.9,BILINEAR,1329959689
          Contrast,0.1,BILINEAR,924760130
          Contrast,0.64,BILINEAR,3897578466
          Contrast,1.72,BILINEAR,4262062380
          Contrast,1.9,BILINEAR,864970062
          Brightness,0.1,BILINEAR,3121064806
          Brightness,0.37,BILINEAR,3743953389
          Brightness,1.9,BILINEAR,3513161787
          Sharpness,0.1,BILINEAR,1760148038
          Sharpness,0.55,BILINEAR,2871289646
          Sharpness,1.9,BILINEAR,1722357617
          Desaturate,0.5,BILINEAR,3695308781
          Desaturate,0.85,BILINEAR,3971590602
          Desaturate,1.0,BILINEAR,3499857692
          GaussianBlur,0.1,BILINEAR,2132525932
          GaussianBlur,0.48,BILINEAR,3702773519
          GaussianBlur,1.05,BILINEAR,1919609182
          GaussianBlur,2.0,BILINEAR,2555837340
          Rotate,0,BILINEAR,2132525932
          Rotate,0,BICUBIC,2132525932
          Rotate,-27.0,BILINEAR,2567658277
          Rotate,-27.0,BICUBIC,530138000
          Rotate,13.7,BILINEAR,281578763
          Rotate,13.7,BICUBIC,190745012
          Rotate,30.0,BILINEAR,4120689135
          Rotate,30.0,BICUBIC,473823347
          ShearX,-0.27,BILINEAR,3282420354
          ShearX,-0.27,BICUBIC,3771380052
          ShearX,0.3,BILINEAR,169916785
          ShearX,0.3,BICUBIC,3423858039
          ShearY,-0.27,BILINEAR,2279048187
          ShearY,-0.27,BICUBIC,2453818439
          ShearY,0.3,BILINEAR,2994461005
          ShearY,0.3,BICUBIC,1295407731
          TranslateX,-20.0,BILINEAR,146054662
          TranslateX,-20.0,BICUBIC,146054662
          TranslateX,10.3,BILINEAR,3540848565
          TranslateX,10.3,BICUBIC,2570555033
          TranslateY,-20.0,BILINEAR,3248897574
          TranslateY,-20.0,BICUBIC,3248897574
          TranslateY,10.3,BILINEAR,3183109588
          TranslateY,10.3,BICUBIC,3509717077
          TranslateXRel,-0.405,BILINEAR,4079795223
          TranslateXRel,-0.405,BICUBIC,1952603534
          TranslateXRel,0.2,BILINEAR,2952927053
          TranslateXRel,0.2,BICUBIC,2113682773
          TranslateYRel,-0.405,BILINEAR,2217079360
          TranslateYRel,-0.405,BICUBIC,561383791
          TranslateYRel,0.2,BILINEAR,106146823
          TranslateYRel,0.2,BICUBIC,772395007
          """)
  void equalsPillow(String name, double argument, Interpolation interpolation, long expected) {
    var settings = new AugmentSettings(100, 0.45, 0x7c7468, List.of(interpolation));
    Picture changed =
        Operation.named(name)
            .orElseThrow()
            .apply(picture(), argument, settings, new SplittableRandom(0));
    CRC32 sum = new CRC32();
    sum.update(changed.rgb());
    assertThat(sum.getValue()).isEqualTo(expected);
  }
}
