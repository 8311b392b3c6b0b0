package org.sotdl4j.app.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.sotdl4j.datasets.BundledFashionMnist;
import org.sotdl4j.datasets.Cifar10;
import org.sotdl4j.datasets.Cifar100;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.FashionMnist;
import org.sotdl4j.datasets.ImageFolder;

/**
 * Pictures to train and to validate on.
 *
 * @param name for reports
 * @param train the training pictures
 * @param val the validation pictures, of the same classes
 */
public record DataSource(String name, Dataset train, Dataset val) {

  /** The name of the pictures that come with the project. */
  public static final String BUNDLED = "fashion-mnist";

  public DataSource {
    Dataset.requireSameClasses(train, val);
  }

  /**
   * Opens a data set by its folder; the files in it tell its format.
   *
   * @param data {@value #BUNDLED}, or a folder with {@code train/} and {@code val/} (or {@code
   *     test/}), with the original files of CIFAR-10 or CIFAR-100, or with those of Fashion-MNIST
   * @throws DatasetException if there is nothing of the kind
   */
  public static DataSource open(String data) {
    if (data.equals(BUNDLED)) {
      return new DataSource(
          "Fashion-MNIST (bundled part)", BundledFashionMnist.train(), BundledFashionMnist.val());
    }
    Path folder = Path.of(data);
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(
          "There is no folder %s: give one with train/ and val/, or the original files of CIFAR or Fashion-MNIST"
              .formatted(folder));
    }
    if (Files.isDirectory(folder.resolve("train"))) {
      return new DataSource(
          name(folder),
          new ImageFolder(folder.resolve("train")),
          new ImageFolder(validation(folder)));
    }
    return packed(folder)
        .orElseThrow(() ->
            new DatasetException(
                "%s holds no data set: expected train/ and val/ with a folder a class, data_batch_1.bin, train.bin or train-images-idx3-ubyte.gz"
                    .formatted(folder)));
  }

  /** The formats without folders. */
  private static Optional<DataSource> packed(Path folder) {
    if (Files.exists(folder.resolve("data_batch_1.bin"))) {
      return Optional.of(new DataSource("CIFAR-10", Cifar10.train(folder), Cifar10.test(folder)));
    }
    if (Files.exists(folder.resolve("train.bin"))) {
      return Optional.of(
          new DataSource("CIFAR-100", Cifar100.train(folder), Cifar100.test(folder)));
    }
    if (Files.exists(folder.resolve("train-images-idx3-ubyte.gz"))
        || Files.exists(folder.resolve("train-images-idx3-ubyte"))) {
      return Optional.of(
          new DataSource("Fashion-MNIST", FashionMnist.train(folder), FashionMnist.test(folder)));
    }
    return Optional.empty();
  }

  /**
   * Opens pictures that are to be measured on only. As {@link #open}, but {@code train/} may be
   * absent, and a folder without {@code val/} and {@code test/} holds the classes' folders itself.
   *
   * @throws DatasetException if there is nothing of the kind
   */
  public static DataSource openForEvaluation(String data) {
    Path folder = Path.of(data);
    if (!Files.isDirectory(folder) || Files.isDirectory(folder.resolve("train"))) {
      return open(data);
    }
    return packed(folder)
        .orElseGet(() -> {
          ImageFolder pictures = new ImageFolder(held(folder).orElse(folder));
          return new DataSource(name(folder), pictures, pictures);
        });
  }

  private static String name(Path folder) {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }

  private static Path validation(Path folder) {
    return held(folder)
        .orElseThrow(() ->
            new DatasetException(
                "%s has train/ but neither val/ nor test/: put pictures aside to validate on"
                    .formatted(folder)));
  }

  private static Optional<Path> held(Path folder) {
    return Stream.of("val", "test").map(folder::resolve).filter(Files::isDirectory).findFirst();
  }
}
