package org.sotdl4j.datasets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Looks for picture files that spoil a data set. */
public final class DataCheck {

  /** What can be wrong. */
  public enum Kind {
    /** Cannot be read to its end. */
    BROKEN,
    /** Has the content of another file. */
    DUPLICATE,
    /** Is called as if it had another format. */
    MISLABELLED
  }

  /**
   * One file with one flaw.
   *
   * @param detail what is wrong, a phrase
   */
  public record Finding(Kind kind, Path file, String detail) {}

  private record Looked(Path file, String digest, List<Finding> findings) {}

  private final List<Path> files;
  private final int others;

  /**
   * Lists the pictures below a folder or in a zip.
   *
   * @throws DatasetException if there is no such folder or zip, or it holds no picture
   */
  public DataCheck(Path folder) {
    boolean zip = Files.isRegularFile(folder) && folder.toString().endsWith(".zip");
    if (!zip && !Files.isDirectory(folder)) {
      throw new DatasetException("There is no folder or zip " + folder);
    }
    List<Path> all;
    try {
      // A zip stays open as long as its pictures are read: to the end of the process.
      all = ImageFolder.files(zip ? FileSystems.newFileSystem(folder).getPath("/") : folder);
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException("Cannot list %s (%s)".formatted(folder, e.getMessage()), e);
    }
    files = all.stream().filter(ImageFolder::isPicture).toList();
    others = all.size() - files.size();
    if (files.isEmpty()) {
      throw new DatasetException(
          "%s holds no picture (.jpg, .jpeg, .png, .webp)".formatted(folder));
    }
  }

  /** How many files are not called as a picture is; training does not see them. */
  public int others() {
    return others;
  }

  /** How many pictures there are. */
  public int size() {
    return files.size();
  }

  /**
   * Decodes every picture, on all cores.
   *
   * @param done is told the number of pictures so far, by several threads
   * @return the findings in the order of the files
   */
  public List<Finding> run(IntConsumer done) {
    var count = new AtomicInteger();
    List<Looked> all =
        files.parallelStream()
            .map(file -> {
              Looked looked = look(file);
              done.accept(count.incrementAndGet());
              return looked;
            })
            .toList();
    Map<String, Path> first = new HashMap<>();
    List<Finding> findings = new ArrayList<>();
    for (Looked looked : all) {
      findings.addAll(looked.findings());
      Path same =
          looked.digest().isEmpty() ? null : first.putIfAbsent(looked.digest(), looked.file());
      if (same != null) {
        findings.add(new Finding(Kind.DUPLICATE, looked.file(), "the same as " + same));
      }
    }
    return findings;
  }

  private static Looked look(Path file) {
    List<Finding> findings = new ArrayList<>();
    byte[] bytes;
    try {
      bytes = PictureDecoder.bytes(file);
    } catch (BadPictureException e) {
      findings.add(new Finding(Kind.BROKEN, file, e.reason()));
      return new Looked(file, "", findings);
    }
    try {
      PictureDecoder.decode(bytes, file.toString());
    } catch (BadPictureException e) {
      findings.add(new Finding(Kind.BROKEN, file, e.reason()));
    }
    String name = file.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    List<String> endings = PictureFormat.endings(bytes);
    if (!endings.isEmpty() && !endings.contains(ending)) {
      findings.add(
          new Finding(
              Kind.MISLABELLED,
              file,
              "its content is " + endings.getLast().toUpperCase(Locale.ROOT)));
    }
    return new Looked(file, digest(bytes), findings);
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
