package org.sotdl4j.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The binary files of CIFAR: one record after the other, each its labels (one byte each) and a
 * picture [3, 32, 32].
 *
 * @param name of the data set
 * @param labelBytes labels of a record; the last one counts
 * @param classFile the text file with a class name per line
 * @param classCount lines of that file
 */
record CifarFormat(String name, int labelBytes, String classFile, int classCount) {

  private static final int SIDE = 32;
  private static final int PICTURE_BYTES = 3 * SIDE * SIDE;

  Dataset read(Path folder, List<String> files) {
    List<String> classes = classes(folder);
    var planes = new ByteArrayOutputStream();
    var labels = new ByteArrayOutputStream();
    int recordBytes = labelBytes + PICTURE_BYTES;
    for (String file : files) {
      byte[] content = bytes(folder, file);
      if (content.length == 0 || content.length % recordBytes != 0) {
        throw new DatasetException(
            "%s has %d bytes, which is no multiple of a record's %d; unpack the binary version of %s again"
                .formatted(folder.resolve(file), content.length, recordBytes, name));
      }
      for (int at = 0; at < content.length; at += recordBytes) {
        labels.write(content[at + labelBytes - 1]);
        planes.write(content, at + labelBytes, PICTURE_BYTES);
      }
    }
    return new PackedPictures(
        name + " " + String.join(", ", files),
        classes,
        SIDE,
        SIDE,
        Picture.CHANNELS,
        planes.toByteArray(),
        labels.toByteArray());
  }

  private List<String> classes(Path folder) {
    List<String> classes =
        new String(bytes(folder, classFile), UTF_8)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    if (classes.size() != classCount) {
      throw new DatasetException(
          "%s should name %d classes, but names %d"
              .formatted(folder.resolve(classFile), classCount, classes.size()));
    }
    return classes;
  }

  private byte[] bytes(Path folder, String file) {
    Path path = folder.resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new DatasetException(
          "There is no %s in the folder %s: name the unpacked folder of the binary version of %s"
              .formatted(file, folder, name));
    }
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new DatasetException("Cannot read " + path + " (" + e + ")", e);
    }
  }
}
