package org.sotdl4j.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A part of Fashion-MNIST that comes with this library, for a first run without any download: 600
 * training and 100 validation pictures a class, with no picture in both. How they were picked, and
 * the licence: {@code README.txt} and {@code LICENSE.txt} beside the data.
 */
public final class BundledFashionMnist {

  private BundledFashionMnist() {}

  /** 6,000 pictures to train on. */
  public static Dataset train() {
    return read("train");
  }

  /** 1,000 pictures to validate with. */
  public static Dataset val() {
    return read("val");
  }

  private static Dataset read(String part) {
    return FashionMnist.of(
        "bundled Fashion-MNIST " + part,
        resource(part + "-images-idx3-ubyte.gz", 3),
        resource(part + "-labels-idx1-ubyte.gz", 1));
  }

  private static IdxFile resource(String name, int rank) {
    try (InputStream in = BundledFashionMnist.class.getResourceAsStream("fashion-mnist/" + name)) {
      return IdxFile.read(in, rank, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
