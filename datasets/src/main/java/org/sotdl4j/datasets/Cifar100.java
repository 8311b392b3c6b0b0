package org.sotdl4j.datasets;

import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-100 (Krizhevsky, 2009): 50,000 + 10,000 colour pictures, 32 x 32, one hundred ("fine")
 * classes. Read from the unpacked folder of the official "binary version" ({@code
 * cifar-100-binary}); the twenty coarse classes in it are not used.
 */
public final class Cifar100 {

  private static final CifarFormat FORMAT =
      new CifarFormat("CIFAR-100", 2, "fine_label_names.txt", 100);

  private Cifar100() {}

  /**
   * The training pictures, {@code train.bin}.
   *
   * @throws DatasetException if a file is missing or damaged
   */
  public static Dataset train(Path folder) {
    return FORMAT.read(folder, List.of("train.bin"));
  }

  /**
   * The test pictures, {@code test.bin}.
   *
   * @throws DatasetException if a file is missing or damaged
   */
  public static Dataset test(Path folder) {
    return FORMAT.read(folder, List.of("test.bin"));
  }
}
