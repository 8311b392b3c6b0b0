package org.sotdl4j.datasets;

import java.util.List;
import java.util.Objects;

/**
 * Small pictures of one size that are all in memory, as MNIST and CIFAR come.
 *
 * @param name what the pictures are called together
 * @param channels C: 1 or 3
 * @param planes [size, C, H, W]
 * @param labels [size]
 */
@SuppressWarnings("ArrayRecordComponent")
record PackedPictures(
    String name,
    List<String> classes,
    int width,
    int height,
    int channels,
    byte[] planes,
    byte[] labels)
    implements Dataset {

  PackedPictures {
    for (byte label : labels) {
      if (Byte.toUnsignedInt(label) >= classes.size()) {
        throw new DatasetException(
            "%s has a label %d, but its classes are 0 to %d; the file is damaged"
                .formatted(name, Byte.toUnsignedInt(label), classes.size() - 1));
      }
    }
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Sample get(int index) {
    Objects.checkIndex(index, size());
    int offset = index * channels * width * height;
    return new Sample(
        name + " #" + index,
        Picture.ofPlanes(width, height, planes, offset, channels),
        labels[index]);
  }
}
