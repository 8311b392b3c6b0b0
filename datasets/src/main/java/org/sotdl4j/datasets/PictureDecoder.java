package org.sotdl4j.datasets;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Reads JPEG, PNG and WebP, by content and not by file name, through OpenCV. The outcome is that of
 * Pillow's {@code Image.open(f).convert("RGB")}: grey becomes three equal channels, transparency is
 * dropped, the EXIF orientation is ignored, and a truncated file is an error. The pixels are the
 * same too, except that those of a CMYK JPEG may differ by 1.
 */
public final class PictureDecoder {

  /** As Pillow, which takes a picture of more for an attack on the memory. */
  private static final long MOST_PIXELS = 178_956_970;

  /** Of a file. */
  private static final int MOST_BYTES = 256 << 20;

  private PictureDecoder() {}

  /**
   * Reads a file.
   *
   * @throws BadPictureException if the file cannot be read, is truncated or is no picture
   */
  public static Picture read(Path file) {
    return read(file, 0);
  }

  /**
   * Reads a file, a large JPEG at a fraction of its size.
   *
   * @param leastSide see {@link #decode(byte[], String, int)}
   * @throws BadPictureException if the file cannot be read, is truncated or is no picture
   */
  public static Picture read(Path file, int leastSide) {
    return decode(bytes(file), name(file), leastSide);
  }

  /**
   * What a picture file holds.
   *
   * @throws BadPictureException if it cannot be read or is larger than a picture can be, as a zip's
   *     entry may be that unpacks to very much
   */
  static byte[] bytes(Path file) {
    return bytes(file, MOST_BYTES);
  }

  static byte[] bytes(Path file, int most) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new BadPictureException(
            name(file), "the file is larger than %,d bytes".formatted(most));
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new BadPictureException(name(file), "the file does not exist");
    } catch (IOException e) {
      throw new BadPictureException(name(file), "the file cannot be read (" + e + ")");
    }
  }

  /** Whether the bytes begin as a JPEG, PNG or WebP file does. */
  public static boolean isPicture(byte[] bytes) {
    return !PictureFormat.endings(bytes).isEmpty();
  }

  /**
   * How many pixels a file says that it has; nothing is decoded.
   *
   * @param name of the picture, for the error message
   * @return 0 if it does not say so, and then it cannot be decoded either
   * @throws BadPictureException if the bytes are truncated or no picture
   */
  public static long pixels(byte[] bytes, String name) {
    requireWhole(bytes, name);
    return PictureFormat.pixels(bytes);
  }

  private static void requireWhole(byte[] bytes, String name) {
    PictureFormat.flaw(bytes)
        .ifPresent(flaw -> {
          throw new BadPictureException(name, flaw);
        });
  }

  /**
   * Reads the content of a file.
   *
   * @param name of the picture, for the error message
   * @throws BadPictureException if the bytes are truncated or no picture
   */
  public static Picture decode(byte[] bytes, String name) {
    return decode(bytes, name, 0);
  }

  /**
   * Reads the content of a file. A JPEG is decoded at a half, a quarter or an eighth of its size
   * where its shorter side keeps enough pixels, which takes a fraction of the time.
   *
   * @param name of the picture, for the error message
   * @param leastSide pixels that the shorter side must still have; 0 for the full size
   * @throws BadPictureException if the bytes are truncated or no picture
   */
  public static Picture decode(byte[] bytes, String name, int leastSide) {
    requireWhole(bytes, name);
    requireFew(PictureFormat.pixels(bytes), name);
    try (var encoded = new BytePointer(bytes);
        var row = new Mat(1, bytes.length, CV_8U, encoded);
        Mat bgr = decode(row, name, flags(bytes, leastSide))) {
      byte[] pixels = new byte[Math.toIntExact(Picture.CHANNELS * bgr.total())];
      bgr.data().get(pixels);
      swapRedAndBlue(pixels);
      return new Picture(bgr.cols(), bgr.rows(), pixels);
    }
  }

  private static void requireFew(long pixels, String name) {
    if (pixels > MOST_PIXELS) {
      throw new BadPictureException(
          name, "it has %,d pixels, and %,d is the most".formatted(pixels, MOST_PIXELS));
    }
  }

  /** A file's name for the user; of one in a zip also the zip's. */
  static String name(Path file) {
    FileSystem system = file.getFileSystem();
    return system.equals(FileSystems.getDefault()) ? file.toString() : system + file.toString();
  }

  private static int flags(byte[] bytes, int leastSide) {
    int shorter = leastSide == 0 ? 0 : PictureFormat.jpegShorterSide(bytes);
    int colour;
    if (shorter == 0 || shorter / 2 < leastSide) {
      colour = IMREAD_COLOR;
    } else if (shorter / 4 < leastSide) {
      colour = IMREAD_REDUCED_COLOR_2;
    } else {
      colour = shorter / 8 < leastSide ? IMREAD_REDUCED_COLOR_4 : IMREAD_REDUCED_COLOR_8;
    }
    return colour | IMREAD_IGNORE_ORIENTATION;
  }

  private static Mat decode(Mat row, String name, int flags) {
    Mat bgr;
    try {
      bgr = imdecode(row, flags);
    } catch (RuntimeException e) { // JavaCPP's translation of any C++ exception
      throw new BadPictureException(name, "OpenCV refuses it (" + e.getMessage() + ")");
    }
    if (bgr.empty()) {
      throw new BadPictureException(name, "its content is damaged");
    }
    return bgr;
  }

  private static void swapRedAndBlue(byte[] pixels) {
    for (int i = 0; i < pixels.length; i += Picture.CHANNELS) {
      byte first = pixels[i];
      pixels[i] = pixels[i + 2];
      pixels[i + 2] = first;
    }
  }
}
