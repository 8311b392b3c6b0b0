package org.sotdl4j.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The evaluation transforms against timm's with Pillow, number for number. */
class EvaluationFixturesTest {

  private static final Path RECIPES = Path.of("..", "..", "shared", "golden", "recipes");

  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of(
            "eval32_bicubic_0.875",
            "picture.png",
            Transforms.evaluation(32, 0.875, Interpolation.BICUBIC)),
        Arguments.of(
            "eval32_bilinear_0.9",
            "picture.png",
            Transforms.evaluation(32, 0.9, Interpolation.BILINEAR)),
        Arguments.of(
            "eval64_bicubic_1.0",
            "picture_large.png",
            Transforms.evaluation(64, 1.0, Interpolation.BICUBIC)),
        Arguments.of(
            "eval56_bicubic_squash",
            "picture_large.png",
            new Compose(new Resize(62, 62, Interpolation.BICUBIC), new CenterCrop(56))),
        Arguments.of(
            "upscale96", "picture.png", Transforms.evaluation(96, 0.95, Interpolation.BICUBIC)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void numbersAreThoseOfPillow(String name, String file, Transform transform) throws IOException {
    assumeTrue(Files.isDirectory(RECIPES), "needs ../shared/golden");
    var picture = PictureDecoder.read(RECIPES.resolve(file));
    var transformed = transform.apply(picture, new SplittableRandom(0));
    float[] numbers = new float[transformed.rgb().length];
    Normalize.IMAGENET.apply(transformed, numbers, 0);
    assertThat(numbers).containsExactly(tensor(name));
  }

  /** A safetensors file: the header's length, the header (JSON), the data. */
  private static float[] tensor(String name) throws IOException {
    var file =
        ByteBuffer.wrap(Files.readAllBytes(RECIPES.resolve("preprocessing.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(file.getLong());
    var range =
        Pattern.compile(Pattern.quote("\"" + name + "\"") + ".*?\"data_offsets\":\\[(\\d+),(\\d+)]")
            .matcher(new String(file.array(), 8, header, UTF_8));
    assertThat(range.find()).isTrue();
    int from = Integer.parseInt(range.group(1));
    float[] values = new float[(Integer.parseInt(range.group(2)) - from) / Float.BYTES];
    file.position(8 + header + from).asFloatBuffer().get(values);
    return values;
  }
}
