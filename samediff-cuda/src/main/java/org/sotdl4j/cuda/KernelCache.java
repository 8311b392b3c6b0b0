package org.sotdl4j.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;

/** Keeps compiled kernels in a folder, by what they were made from. */
record KernelCache(Path folder) {

  /** In the user's folder for what can be made again. */
  static KernelCache ofUser() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return new KernelCache(base.resolve("sot-dl4j").resolve("kernels"));
  }

  /**
   * What was made of a unit, now or before.
   *
   * @param how the compiler and its target
   */
  byte[] get(Unit unit, String how, Supplier<byte[]> compiler) {
    Path file = folder.resolve("%s-%s-%s".formatted(unit.name(), how, hash(unit.source())));
    try {
      if (Files.exists(file)) {
        return Files.readAllBytes(file);
      }
      byte[] image = compiler.get();
      Files.createDirectories(folder);
      Path aside = Files.createTempFile(folder, unit.name(), ".aside");
      Files.write(aside, image);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
      return image;
    } catch (IOException e) {
      throw new UncheckedIOException("Compiled kernels cannot be kept in " + folder, e);
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // each JDK has it
    }
  }
}
