package org.sotdl4j.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Real JPEG files of other people's making. */
class RealPicturesTest {

  private static final Path DATA = Path.of("..", "..", "shared", "data");

  @Test
  void cifarAsAnImageFolderRunsThroughTheLoader() {
    assumeTrue(Files.isDirectory(DATA.resolve("cifar10-part")), "needs ../shared/data");
    var train = new ImageFolder(DATA.resolve("cifar10-part/train"));
    var val = new ImageFolder(DATA.resolve("cifar10-part/val"));
    Dataset.requireSameClasses(train, val);
    assertThat(train.classes()).hasSize(10).startsWith("airplane").endsWith("truck");
    assertThat(train.size()).isEqualTo(5000);
    var loader =
        new BatchLoader(
            val,
            Transforms.evaluation(32, 1, Interpolation.BICUBIC),
            Normalize.IMAGENET,
            64,
            2,
            4,
            BatchLoader.STRICT);
    int[] perClass = new int[10];
    try (Epoch epoch = loader.evaluation()) {
      while (epoch.hasNext()) {
        try (Batch batch = epoch.next()) {
          assertThat(batch.images().shape()).containsExactly(batch.labels().length, 3, 32, 32);
          // Photographs lie around ImageNet's mean, and none is flat
          assertThat(Math.abs(batch.images().meanNumber().doubleValue())).isLessThan(1);
          assertThat(batch.images().stdNumber().doubleValue()).isBetween(0.5, 2.0);
          for (int label : batch.labels()) {
            perClass[label]++;
          }
        }
      }
    }
    assertThat(perClass).containsOnly(100);
  }

  /** The check sum of the same pictures by Pillow 9.4: decoded, resized, cropped. */
  @Test
  void photographsComeOutAsWithPillow() throws IOException {
    assumeTrue(Files.isDirectory(DATA.resolve("imagenet-sample")), "needs ../shared/data");
    var transform = Transforms.evaluation(224, 0.875, Interpolation.BICUBIC);
    var sum = new CRC32();
    try (Stream<Path> files = Files.list(DATA.resolve("imagenet-sample"))) {
      files
          .sorted()
          .map(f -> transform.apply(PictureDecoder.read(f), new SplittableRandom(0)))
          .forEach(p -> sum.update(p.rgb()));
    }
    assertThat(sum.getValue()).isEqualTo(0xf183c15dL);
  }
}
