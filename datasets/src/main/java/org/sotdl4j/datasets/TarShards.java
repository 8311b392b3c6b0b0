package org.sotdl4j.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Tar files in the manner of webdataset: each picture {@code KEY.jpg} (or jpeg, png, webp) has a
 * {@code KEY.cls} beside it, which holds the number of its class. Read in place: opening lists the
 * tars' headers, and a picture is read when it is asked for.
 */
public final class TarShards implements Dataset {

  private static final int BLOCK = 512;
  private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "png", "webp");

  private record Entry(Path tar, String name, long offset, int size) {}

  private record Labelled(Entry picture, int label) {}

  private final List<String> classes;
  private final List<Labelled> samples;

  private TarShards(List<String> classes, List<Labelled> samples) {
    this.classes = classes;
    this.samples = samples;
  }

  /**
   * Lists the pictures of some tars.
   *
   * @throws DatasetException if a file is no tar or damaged, or a picture has no class
   */
  public static TarShards open(List<Path> tars) {
    List<Labelled> samples = new ArrayList<>();
    for (Path tar : tars) {
      try (FileChannel file = FileChannel.open(tar, StandardOpenOption.READ)) {
        list(tar, file, samples);
      } catch (IOException e) {
        throw new DatasetException("Cannot read %s (%s)".formatted(tar, e), e);
      }
    }
    if (samples.isEmpty()) {
      throw new DatasetException("There is no picture in the tars " + tars);
    }
    int count = 1 + samples.stream().mapToInt(Labelled::label).max().orElseThrow();
    return new TarShards(numbers(count), samples);
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  /** The same pictures among at least so many classes, of which the last may have no picture. */
  public TarShards withClasses(int count) {
    return new TarShards(numbers(Math.max(count, classes.size())), samples);
  }

  private static void list(Path tar, FileChannel file, List<Labelled> samples) throws IOException {
    String longName = null;
    String key = null;
    Entry picture = null;
    Integer label = null;
    long at = 0;
    while (true) {
      byte[] header = read(tar, file, at, BLOCK);
      if (header[0] == 0) {
        break;
      }
      if (!new String(header, 257, 5, UTF_8).equals("ustar")) {
        throw new DatasetException("%s is no tar, or damaged at byte %d".formatted(tar, at));
      }
      int size = size(tar, header);
      char type = (char) header[156];
      long content = at + BLOCK;
      at = content + (size + BLOCK - 1) / BLOCK * (long) BLOCK;
      if (type == 'L') {
        longName = text(read(tar, file, content, size), 0, size);
      } else if (type == 'x') {
        longName = paxPath(new String(read(tar, file, content, size), UTF_8), longName);
      } else if (type == '0' || type == 0) {
        String name = longName == null ? name(header) : longName;
        longName = null;
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        if (dot < 0) {
          continue;
        }
        if (!name.substring(0, dot).equals(key)) {
          add(picture, label, samples);
          key = name.substring(0, dot);
          picture = null;
          label = null;
        }
        String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        if (PICTURES.contains(ending)) {
          picture = new Entry(tar, name, content, size);
        } else if (ending.equals("cls")) {
          label = label(tar, name, new String(read(tar, file, content, size), UTF_8).strip());
        }
      }
    }
    add(picture, label, samples);
  }

  private static void add(Entry picture, Integer label, List<Labelled> samples) {
    if (picture == null) {
      return;
    }
    if (label == null) {
      throw new DatasetException(
          "%s in %s has no class: a file with the ending .cls must follow or precede it"
              .formatted(picture.name(), picture.tar()));
    }
    samples.add(new Labelled(picture, label));
  }

  private static int label(Path tar, String name, String text) {
    if (!text.matches("\\d{1,6}")) {
      throw new DatasetException(
          "%s in %s should hold the number of a class, not '%s'".formatted(name, tar, text));
    }
    return Integer.parseInt(text);
  }

  private static String name(byte[] header) {
    String name = text(header, 0, 100);
    String prefix = text(header, 345, 155);
    // GNU's older tar has dates where the prefix is, and says so with a blank behind "ustar".
    return prefix.isEmpty() || header[262] == ' ' ? name : prefix + "/" + name;
  }

  /** Lines are "LENGTH KEY=VALUE". */
  private static String paxPath(String lines, String otherwise) {
    return lines
        .lines()
        .filter(line -> line.matches("\\d+ path=.*"))
        .map(line -> line.substring(line.indexOf('=') + 1))
        .findFirst()
        .orElse(otherwise);
  }

  private static int size(Path tar, byte[] header) {
    try {
      return Integer.parseInt(text(header, 124, 12).strip(), 8);
    } catch (NumberFormatException e) {
      throw new DatasetException(
          "%s holds a file of a size that cannot be read, or over 2 GB".formatted(tar), e);
    }
  }

  /** Up to a zero byte. */
  private static String text(byte[] bytes, int from, int length) {
    int to = from;
    while (to < from + length && bytes[to] != 0) {
      to++;
    }
    return new String(bytes, from, to - from, UTF_8);
  }

  private static byte[] read(Path tar, FileChannel file, long at, int length) throws IOException {
    // Asked before there is an array of a length that only a header claims.
    if (at + length > file.size()) {
      throw new DatasetException("%s is truncated".formatted(tar));
    }
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, at + buffer.position()) < 0) {
        throw new DatasetException("%s is truncated".formatted(tar));
      }
    }
    return buffer.array();
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public String name(int index) {
    Entry picture = samples.get(index).picture();
    return picture.tar() + "/" + picture.name();
  }

  @Override
  public Sample get(int index) {
    return get(index, 0);
  }

  @Override
  public Sample get(int index, int leastSide) {
    Labelled sample = samples.get(index);
    Entry picture = sample.picture();
    byte[] bytes;
    try (FileChannel file = FileChannel.open(picture.tar(), StandardOpenOption.READ)) {
      bytes = read(picture.tar(), file, picture.offset(), picture.size());
    } catch (IOException e) {
      throw new BadPictureException(name(index), "the tar cannot be read (" + e + ")");
    }
    return new Sample(
        name(index), PictureDecoder.decode(bytes, name(index), leastSide), sample.label());
  }
}
