package org.sotdl4j.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sotdl4j.datasets.LabelledFiles.LabelledFile;

/**
 * ImageNet-1K's validation pictures as Kaggle has them: all in one folder, their classes in {@code
 * LOC_val_solution.csv}, whose lines are {@code ILSVRC2012_val_00048981,n03995372 85 1 499 272
 * ...}.
 */
public final class ImageNetValidation {

  private ImageNetValidation() {}

  /**
   * Lists the pictures.
   *
   * @param folder of the pictures
   * @param solution the list of classes
   * @param classes the names in the order of the training pictures
   * @throws DatasetException if a file cannot be read, or a picture has no class of these
   */
  public static Dataset open(Path folder, Path solution, List<String> classes) {
    Map<String, String> classOf = read(solution);
    List<Path> pictures;
    try {
      pictures = ImageFolder.pictures(folder);
    } catch (IOException e) {
      throw new DatasetException("Cannot list the folder %s (%s)".formatted(folder, e), e);
    }
    if (pictures.isEmpty()) {
      throw new DatasetException("The folder " + folder + " holds no picture");
    }
    Map<String, Integer> labels = new HashMap<>();
    for (String name : classes) {
      labels.put(name, labels.size());
    }
    List<LabelledFile> files = new ArrayList<>();
    for (Path picture : pictures) {
      String name = picture.getFileName().toString();
      Integer label = labels.get(classOf.get(name.substring(0, name.lastIndexOf('.'))));
      if (label == null) {
        throw new DatasetException(
            "%s says no class of the training pictures for %s".formatted(solution, name));
      }
      files.add(new LabelledFile(picture, label));
    }
    return new LabelledFiles(classes, files);
  }

  /**
   * The classes of all pictures, sorted, as the folders of the training pictures are.
   *
   * @throws DatasetException if the file cannot be read
   */
  public static List<String> classes(Path solution) {
    return read(solution).values().stream().distinct().sorted().toList();
  }

  /** Picture to class; the first line is a heading. */
  private static Map<String, String> read(Path solution) {
    Map<String, String> classOf = new HashMap<>();
    try {
      List<String> lines = Files.readAllLines(solution);
      for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
        String[] cells = line.split(",", 2);
        if (cells.length == 2) {
          classOf.put(cells[0], cells[1].strip().split(" ", 2)[0]);
        }
      }
    } catch (IOException e) {
      throw new DatasetException("Cannot read %s (%s)".formatted(solution, e), e);
    }
    return classOf;
  }
}
