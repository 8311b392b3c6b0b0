package org.sotdl4j.zoo.checkpoint;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.layers.CounterRandom;

/** The numbers of the official implementations that lie beside the repository. */
final class Golden {

  private static final Path ROOT = Path.of("../../shared/golden");

  private Golden() {}

  /** A file or folder; where it is absent the test is skipped. */
  static Path path(String name) {
    Path path = ROOT.resolve(name);
    assumeTrue(Files.exists(path), () -> path + " is absent");
    return path;
  }

  /** The files that match, sorted; without any the test is skipped. */
  static List<Path> files(String glob) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + ROOT + "/" + glob);
    try (Stream<Path> all = Files.walk(path(""))) {
      return all.filter(matcher::matches).sorted().toList();
    }
  }

  /** The files of a folder beside the fixtures, sorted; where it is absent the test is skipped. */
  static List<Path> beside(String folder, String glob) throws IOException {
    Path path = ROOT.resolveSibling(folder);
    assumeTrue(Files.exists(path), () -> path + " is absent");
    try (DirectoryStream<Path> found = Files.newDirectoryStream(path, glob)) {
      return StreamSupport.stream(found.spliterator(), false).sorted().toList();
    }
  }

  /** Values by the formula of the fixtures' README, section 1: base + scale r(name, i). */
  static INDArray values(String name, double base, double scale, long... shape) {
    INDArray x = Nd4j.create(shape);
    CounterRandom random = new CounterRandom(CounterRandom.hash(name));
    for (long i = 0; i < x.length(); i++) {
      x.putScalar(i, base + scale * (2 * ((random.nextLong() >>> 40) / 0x1p24) - 1));
    }
    return x;
  }
}
