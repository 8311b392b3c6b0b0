package org.sotdl4j.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017, arXiv 1708.07747): 60,000 + 10,000 grey pictures of
 * clothes, 28 x 28, ten classes. Read from a folder with the four official files, packed ({@code
 * .gz}) or not.
 */
public final class FashionMnist {

  static final List<String> CLASSES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final int SIDE = 28;

  private FashionMnist() {}

  /**
   * The training pictures.
   *
   * @throws DatasetException if a file is missing or damaged
   */
  public static Dataset train(Path folder) {
    return read(folder, "train");
  }

  /**
   * The test pictures.
   *
   * @throws DatasetException if a file is missing or damaged
   */
  public static Dataset test(Path folder) {
    return read(folder, "t10k");
  }

  private static Dataset read(Path folder, String part) {
    return of(
        "Fashion-MNIST " + part,
        readIdx(folder, part + "-images-idx3-ubyte", 3),
        readIdx(folder, part + "-labels-idx1-ubyte", 1));
  }

  private static IdxFile readIdx(Path folder, String name, int rank) {
    Path file =
        Stream.of(folder.resolve(name + ".gz"), folder.resolve(name))
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(() ->
                new DatasetException(
                    "There is neither %s.gz nor %s in the folder %s: put the official files of Fashion-MNIST there"
                        .formatted(name, name, folder)));
    try (InputStream in = Files.newInputStream(file)) {
      return IdxFile.read(in, rank, file.toString());
    } catch (IOException e) {
      throw new DatasetException("Cannot read " + file + " (" + e + ")", e);
    }
  }

  /**
   * Puts pictures and labels together.
   *
   * @param images [N, 28, 28]
   * @param labels [N]
   */
  static Dataset of(String name, IdxFile images, IdxFile labels) {
    int[] shape = images.shape();
    if (shape[1] != SIDE || shape[2] != SIDE) {
      throw new DatasetException(
          "The pictures of %s are %d x %d, not 28 x 28".formatted(name, shape[1], shape[2]));
    }
    if (shape[0] != labels.shape()[0]) {
      throw new DatasetException(
          "%s has %d pictures but %d labels: the files do not belong together"
              .formatted(name, shape[0], labels.shape()[0]));
    }
    return new PackedPictures(name, CLASSES, SIDE, SIDE, 1, images.values(), labels.values());
  }
}
