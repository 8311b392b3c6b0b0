package org.sotdl4j.datasets;

import java.nio.file.Path;
import java.util.List;

/**
 * Picture files, each with its class.
 *
 * @param classes their names
 * @param files in the order of the data set; may lie in a zip
 */
record LabelledFiles(List<String> classes, List<LabelledFile> files) implements Dataset {

  /** A picture file and the index of its class. */
  record LabelledFile(Path path, int label) {}

  LabelledFiles {
    classes = List.copyOf(classes);
    files = List.copyOf(files);
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public String name(int index) {
    return PictureDecoder.name(files.get(index).path());
  }

  @Override
  public Sample get(int index) {
    return get(index, 0);
  }

  @Override
  public Sample get(int index, int leastSide) {
    LabelledFile file = files.get(index);
    return new Sample(name(index), PictureDecoder.read(file.path(), leastSide), file.label());
  }
}
