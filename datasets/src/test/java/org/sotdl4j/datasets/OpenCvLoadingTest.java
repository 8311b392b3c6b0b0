package org.sotdl4j.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The backend sets JavaCPP's platform extension when ND4J loads, and OpenCV has no build of that
 * extension. Both orders of loading must work, each in a JVM of its own.
 */
class OpenCvLoadingTest {

  @ParameterizedTest
  @ValueSource(strings = {"opencv-first", "nd4j-first"})
  void openCvAndNd4jLoadInEitherOrder(String order) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                order)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).endsWith("3 x 2, sum 6.0" + System.lineSeparator());
    assertThat(process.exitValue()).isZero();
  }

  static final class Main {

    private Main() {}

    public static void main(String[] args) {
      byte[] png = Pictures.encode(Pictures.places(3, 2), "png");
      Picture picture;
      double sum;
      if (args[0].equals("opencv-first")) {
        picture = PictureDecoder.decode(png, "");
        sum = sum();
      } else {
        sum = sum();
        picture = PictureDecoder.decode(png, "");
      }
      System.out.println(picture.width() + " x " + picture.height() + ", sum " + sum);
    }

    private static double sum() {
      return Nd4j.createFromArray(1f, 2f, 3f).sumNumber().doubleValue();
    }
  }
}
