package org.sotdl4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures of {@link Noise} as files. */
final class PictureFolder {

  private PictureFolder() {}

  /** Writes {@code train/CLASS} and {@code val/CLASS}. */
  static Path write(Path root, int train, int val) throws IOException {
    writeSome(root.resolve("train"), 0, train);
    writeSome(root.resolve("val"), train, train + val);
    return root;
  }

  private static void writeSome(Path folder, int from, int to) throws IOException {
    Noise noise = new Noise(to);
    for (int i = from; i < to; i++) {
      var sample = noise.get(i);
      Path file = folder.resolve(noise.classes().get(sample.label())).resolve(sample.name());
      Files.createDirectories(file.getParent());
      ImageIO.write(sample.picture().image(), "png", file.toFile());
    }
  }
}
