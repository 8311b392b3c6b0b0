package org.sotdl4j.datasets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sotdl4j.datasets.LabelledFiles.LabelledFile;

/**
 * A folder with one sub-folder of pictures per class, as torchvision's {@code ImageFolder}: the
 * sub-folder's name is the class, classes are sorted by name, and folders within a class count with
 * it. Files and folders that begin with a dot are ignored, as are files that are not called {@code
 * .jpg}, {@code .jpeg}, {@code .png} or {@code .webp}.
 */
public final class ImageFolder implements Dataset {

  private static final Pattern PICTURE =
      Pattern.compile(".+\\.(jpg|jpeg|png|webp)", Pattern.CASE_INSENSITIVE);

  private final LabelledFiles files;

  /**
   * Lists the pictures below a folder; decodes none.
   *
   * @throws DatasetException if the folder is missing, has fewer than two class folders, or a class
   *     has no picture
   */
  public ImageFolder(Path root) {
    if (!Files.isDirectory(root)) {
      throw new DatasetException("The folder " + root + " does not exist");
    }
    try {
      List<Path> folders = classFolders(root);
      List<LabelledFile> found = new ArrayList<>();
      for (Path folder : folders) {
        List<Path> pictures = pictures(folder);
        if (pictures.isEmpty()) {
          throw new DatasetException(
              "The class %s has no picture (.jpg, .jpeg, .png, .webp) in %s: add some or remove the folder"
                  .formatted(folder.getFileName(), folder));
        }
        int label = folders.indexOf(folder);
        pictures.forEach(p -> found.add(new LabelledFile(p, label)));
      }
      files = new LabelledFiles(folders.stream().map(ImageFolder::name).toList(), found);
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException("Cannot list the folder " + root + " (" + e.getMessage() + ")", e);
    }
  }

  /** Within a zip, folders end with a slash. */
  private static String name(Path folder) {
    return folder.getFileName().toString().replace("/", "");
  }

  private static List<Path> classFolders(Path root) throws IOException {
    List<Path> folders;
    try (Stream<Path> entries = Files.list(root)) {
      folders =
          entries
              .filter(Files::isDirectory)
              .filter(f -> !isHidden(f))
              .sorted(Comparator.comparing(ImageFolder::name))
              .toList();
    }
    if (folders.isEmpty()) {
      throw new DatasetException(
          "The folder %s has no sub-folders: put the pictures of each class into a folder with the class's name"
              .formatted(root));
    }
    if (folders.size() == 1) {
      throw new DatasetException(
          "The folder %s has only one class, %s: two are needed to tell apart"
              .formatted(root, folders.getFirst().getFileName()));
    }
    return folders;
  }

  /** The picture files below a folder, sorted; hidden ones and those of other endings left out. */
  static List<Path> pictures(Path folder) throws IOException {
    return files(folder).stream().filter(ImageFolder::isPicture).toList();
  }

  /** The files below a folder, sorted; hidden ones left out. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return below
          .filter(Files::isRegularFile)
          .filter(f -> !hasHiddenPart(folder.relativize(f)))
          .sorted(Comparator.comparing(Path::getParent).thenComparing(Path::getFileName))
          .toList();
    }
  }

  static boolean isPicture(Path file) {
    return isPicture(file.getFileName().toString());
  }

  /** Whether a file of this name is taken for a picture. */
  public static boolean isPicture(String name) {
    return PICTURE.matcher(name).matches();
  }

  private static boolean hasHiddenPart(Path relative) {
    for (Path part : relative) {
      if (isHidden(part)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public List<String> classes() {
    return files.classes();
  }

  @Override
  public String name(int index) {
    return files.name(index);
  }

  @Override
  public Sample get(int index) {
    return files.get(index);
  }

  @Override
  public Sample get(int index, int leastSide) {
    return files.get(index, leastSide);
  }
}
