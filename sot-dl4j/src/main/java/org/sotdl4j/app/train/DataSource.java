package org.sotdl4j.app.train;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.sotdl4j.datasets.BundledFashionMnist;
import org.sotdl4j.datasets.Cifar10;
import org.sotdl4j.datasets.Cifar100;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.FashionMnist;
import org.sotdl4j.datasets.ImageFolder;
import org.sotdl4j.datasets.ImageNetValidation;
import org.sotdl4j.datasets.TarShards;

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

  /** Where Kaggle's ImageNet-1K has its pictures. */
  private static final String KAGGLE = "ILSVRC/Data/CLS-LOC";

  public DataSource {
    Dataset.requireSameClasses(train, val);
  }

  /**
   * Opens a data set by its folder; the files in it tell its format.
   *
   * @param data {@value #BUNDLED}, or a folder with {@code train/} and {@code val/} (or {@code
   *     test/}) of class folders or of tars, a zip of such a folder, ImageNet-1K as Kaggle has it
   *     ({@code LOC_val_solution.csv}), or a folder with the original files of CIFAR-10, CIFAR-100
   *     or Fashion-MNIST
   * @param validation the folder beside {@code train/} to validate on; empty for the usual ones
   * @throws DatasetException if there is nothing of the kind
   */
  public static DataSource open(String data, Optional<String> validation) {
    if (data.equals(BUNDLED)) {
      requireNoSplit(validation, BUNDLED);
      return new DataSource(
          "Fashion-MNIST (bundled part)", BundledFashionMnist.train(), BundledFashionMnist.val());
    }
    Path path = Path.of(data);
    if (Files.isRegularFile(path) && path.toString().endsWith(".zip")) {
      return folder(path.getFileName().toString(), zipped(path), validation);
    }
    if (!Files.isDirectory(path)) {
      throw new DatasetException(
          "There is no folder %s: give one with train/ and val/, a zip of such a folder, or the original files of CIFAR or Fashion-MNIST"
              .formatted(path));
    }
    return folder(name(path), path, validation);
  }

  /** The same, validated on the usual folder. */
  public static DataSource open(String data) {
    return open(data, Optional.empty());
  }

  private static void requireNoSplit(Optional<String> validation, String data) {
    if (validation.isPresent()) {
      throw new DatasetException(
          "%s has its own validation pictures and no folder %s: leave out --val-split"
              .formatted(data, validation.get()));
    }
  }

  /**
   * Opens pictures that are to be measured on only. As {@link #open}, but {@code train/} may be
   * absent, and a folder without {@code val/} and {@code test/} holds the classes' folders itself,
   * as ImageNet-A comes.
   *
   * @throws DatasetException if there is nothing of the kind
   */
  public static DataSource openForEvaluation(String data) {
    Path given = Path.of(data);
    Path folder = Files.isDirectory(given.resolve(KAGGLE)) ? given.resolve(KAGGLE) : given;
    if (!Files.isDirectory(folder) || Files.isDirectory(folder.resolve("train"))) {
      return open(data);
    }
    return packed(folder)
        .orElseGet(() -> {
          Dataset pictures = classified(held(folder).orElse(folder), Optional.empty());
          return new DataSource(name(given), pictures, pictures);
        });
  }

  private static String name(Path path) {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  /** The root of a zip, or its only folder. */
  private static Path zipped(Path zip) {
    try {
      // Stays open as long as the pictures are read: to the end of the process.
      Path root = FileSystems.newFileSystem(zip).getPath("/");
      List<Path> top = entries(root);
      return top.size() == 1 && Files.isDirectory(top.getFirst()) ? top.getFirst() : root;
    } catch (IOException e) {
      throw new DatasetException("Cannot read the zip %s (%s)".formatted(zip, e.getMessage()), e);
    }
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(e -> !e.getFileName().toString().startsWith(".")).sorted().toList();
    } catch (IOException e) {
      throw new DatasetException("Cannot list the folder %s (%s)".formatted(folder, e), e);
    }
  }

  private static boolean has(Path folder, Predicate<Path> kind) {
    return entries(folder).stream().anyMatch(kind);
  }

  private static DataSource folder(String name, Path folder, Optional<String> validation) {
    if (Files.isDirectory(folder.resolve(KAGGLE))) {
      return folder(name, folder.resolve(KAGGLE), validation);
    }
    if (Files.isDirectory(folder.resolve("train"))) {
      return trainAndVal(
          name,
          folder.resolve("train"),
          validation.map(split -> named(folder, split)).orElseGet(() -> validation(folder)));
    }
    requireNoSplit(validation, folder.toString());
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

  private static DataSource trainAndVal(String name, Path train, Path val) {
    if (has(train, DataSource::isTar)) {
      TarShards trainShards = TarShards.open(tars(train));
      TarShards valShards = TarShards.open(tars(val));
      return new DataSource(
          name,
          trainShards.withClasses(valShards.classes().size()),
          valShards.withClasses(trainShards.classes().size()));
    }
    Dataset training = new ImageFolder(train);
    return new DataSource(name, training, classified(val, Optional.of(training.classes())));
  }

  /**
   * Pictures to evaluate with: tars, class folders, or ImageNet's pictures beside each other.
   *
   * @param classes of the training pictures, where there are some
   */
  private static Dataset classified(Path val, Optional<List<String>> classes) {
    if (has(val, DataSource::isTar)) {
      return TarShards.open(tars(val));
    }
    Optional<Path> solution = solution(val);
    return solution.isEmpty() || has(val, Files::isDirectory)
        ? new ImageFolder(val)
        : ImageNetValidation.open(
            val,
            solution.get(),
            classes.orElseGet(() -> ImageNetValidation.classes(solution.get())));
  }

  private static boolean isTar(Path file) {
    return file.toString().endsWith(".tar") && Files.isRegularFile(file);
  }

  private static List<Path> tars(Path folder) {
    return entries(folder).stream().filter(DataSource::isTar).toList();
  }

  /** The list of classes of ImageNet's validation pictures, in a folder above them. */
  private static Optional<Path> solution(Path val) {
    for (Path folder = val.toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path solution = folder.resolve("LOC_val_solution.csv");
      if (Files.exists(solution)) {
        return Optional.of(solution);
      }
    }
    return Optional.empty();
  }

  private static Path named(Path folder, String split) {
    if (!Files.isDirectory(folder.resolve(split))) {
      throw new DatasetException("%s has no folder %s to validate on".formatted(folder, split));
    }
    return folder.resolve(split);
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
