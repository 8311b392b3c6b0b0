package org.sotdl4j.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.ImageFolder;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.PictureDecoder;
import org.sotdl4j.datasets.Sample;

/**
 * Pictures in folders of their classes on a file system of Hadoop. The list of them travels with
 * the job; a picture is read where it is used.
 *
 * @param classes the folders' names, sorted
 * @param files their addresses, class by class, sorted
 * @param labels the class of each
 */
record HadoopPictures(List<String> classes, List<String> files, List<Integer> labels)
    implements Dataset, Serializable {

  /** See {@link org.sotdl4j.app.train.Cluster#open}. */
  static DataSource open(String address, Optional<String> validation) {
    Path root = new Path(address);
    try {
      FileSystem files = fileSystem(root);
      List<String> splits = validation.map(List::of).orElse(List.of("val", "test"));
      for (String split : splits) {
        if (files.exists(new Path(root, split))) {
          return new DataSource(
              root.getName(),
              list(files, new Path(root, "train")),
              list(files, new Path(root, split)));
        }
      }
      throw new DatasetException(
          "%s has no folder %s to validate on".formatted(address, String.join(" or ", splits)));
    } catch (IOException | IllegalArgumentException e) {
      throw new DatasetException("Cannot list %s (%s)".formatted(address, e.getMessage()), e);
    }
  }

  static FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(SparkHadoopUtil.get().conf());
  }

  private static HadoopPictures list(FileSystem files, Path folder) throws IOException {
    List<Path> folders =
        Arrays.stream(files.listStatus(folder))
            .filter(FileStatus::isDirectory)
            .map(FileStatus::getPath)
            .filter(path -> !path.getName().startsWith("."))
            .sorted(Comparator.comparing(Path::getName))
            .toList();
    if (folders.size() < 2) {
      throw new DatasetException(
          "%s needs a folder of pictures for each of two classes at least".formatted(folder));
    }
    List<String> pictures = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int label = 0; label < folders.size(); label++) {
      List<String> found = below(files, folders.get(label));
      if (found.isEmpty()) {
        throw new DatasetException("The class %s has no picture".formatted(folders.get(label)));
      }
      pictures.addAll(found);
      labels.addAll(Collections.nCopies(found.size(), label));
    }
    return new HadoopPictures(folders.stream().map(Path::getName).toList(), pictures, labels);
  }

  /** The addresses of the pictures in a folder and those in it, sorted; of a file, its own. */
  static List<String> below(FileSystem files, Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> below = files.listFiles(folder, true);
    while (below.hasNext()) {
      Path path = below.next().getPath();
      if (ImageFolder.isPicture(path.getName()) && !path.getName().startsWith(".")) {
        found.add(path.toString());
      }
    }
    found.sort(null);
    return found;
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public String name(int index) {
    return files.get(index);
  }

  @Override
  public Sample get(int index) {
    return get(index, 0);
  }

  @Override
  public Sample get(int index, int leastSide) {
    String name = files.get(index);
    return new Sample(name, read(name, leastSide), labels.get(index));
  }

  /**
   * Reads a picture; see {@link PictureDecoder#decode(byte[], String, int)}.
   *
   * @throws BadPictureException if it cannot be read
   */
  static Picture read(String address, int leastSide) {
    try {
      Path path = new Path(address);
      try (InputStream in = fileSystem(path).open(path)) {
        return PictureDecoder.decode(in.readAllBytes(), address, leastSide);
      }
    } catch (FileNotFoundException e) {
      throw new BadPictureException(address, "the file does not exist");
    } catch (IOException e) {
      throw new BadPictureException(address, "the file cannot be read (" + e + ")");
    } catch (IllegalArgumentException e) { // of Path
      throw new BadPictureException(address, "no address of a file (" + e.getMessage() + ")");
    }
  }
}
