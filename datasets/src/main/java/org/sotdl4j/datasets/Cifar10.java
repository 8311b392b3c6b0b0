package org.sotdl4j.datasets;

import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-10 (Krizhevsky, 2009): 50,000 + 10,000 colour pictures, 32 x 32, ten classes. Read from the
 * unpacked folder of the official "binary version" ({@code cifar-10-batches-bin}).
 */
public final class Cifar10 {

  private static final CifarFormat FORMAT = new CifarFormat("CIFAR-10", 1, "batches.meta.txt", 10);

  private Cifar10() {}

  /**
   * The training pictures, {@code data_batch_1.bin} to {@code data_batch_5.bin}.
   *
   * @throws DatasetException if a file is missing or damaged
   */
  public static Dataset train(Path folder) {
    return FORMAT.read(
        folder,
        List.of(
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin"));
  }

  /**
   * The test pictures, {@code test_batch.bin}.
   *
   * @throws DatasetException if a file is missing or damaged
   */
  public static Dataset test(Path folder) {
    return FORMAT.read(folder, List.of("test_batch.bin"));
  }
}
