package org.sotdl4j.app;

import java.nio.file.Path;
import java.util.List;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.PictureDecoder;
import org.sotdl4j.datasets.Sample;

/** Single pictures whose class nobody told: the labels are 0. */
record PictureFiles(List<Path> files, List<String> classes) implements Dataset {

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public Sample get(int index) {
    Path file = files.get(index);
    return new Sample(file.toString(), PictureDecoder.read(file), 0);
  }
}
