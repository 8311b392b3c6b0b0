package org.sotdl4j.datasets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether a picture file is complete by walking its segments, because OpenCV fills the
 * missing part of a truncated JPEG with grey and says nothing.
 */
final class PictureFormat {

  private static final String JPEG = "\u00ff\u00d8\u00ff";
  private static final String PNG = "\u0089PNG\r\n\u001a\n";
  private static final int JPEG_END = 0xd9;

  private PictureFormat() {}

  /** The file name endings of the format; empty if it is none of the three. */
  static List<String> endings(byte[] file) {
    if (has(file, 0, JPEG)) {
      return List.of("jpg", "jpeg");
    }
    if (has(file, 0, PNG)) {
      return List.of("png");
    }
    return has(file, 0, "RIFF") && has(file, 8, "WEBP") ? List.of("webp") : List.of();
  }

  /** What is wrong with the file as a whole; empty if it is a complete JPEG, PNG or WebP file. */
  static Optional<String> flaw(byte[] file) {
    if (file.length == 0) {
      return Optional.of("the file is empty");
    }
    boolean complete;
    if (has(file, 0, JPEG)) {
      complete = isCompleteJpeg(file);
    } else if (has(file, 0, PNG)) {
      complete = isCompletePng(file);
    } else if (has(file, 0, "RIFF") && has(file, 8, "WEBP")) {
      complete = isCompleteWebp(file);
    } else {
      return Optional.of("it is neither JPEG nor PNG nor WebP");
    }
    return complete ? Optional.empty() : Optional.of("the file is truncated");
  }

  /**
   * A marker is 0xff and a byte; most have a length behind them and are skipped whole, so that the
   * end marker of an embedded thumbnail does not count. Compressed data is walked byte by byte.
   */
  private static boolean isCompleteJpeg(byte[] file) {
    int at = JPEG.length() - 1;
    while (at + 1 < file.length) {
      int marker = unsigned(file, at + 1);
      if (unsigned(file, at) != 0xff || !startsSegment(marker)) {
        at++;
      } else if (marker == JPEG_END) {
        return true;
      } else if (at + 3 < file.length) {
        at += 2 + short16(file, at + 2);
      } else {
        return false;
      }
    }
    return false;
  }

  /** The shorter side of a complete JPEG in pixels; 0 for any other file. */
  static int jpegShorterSide(byte[] file) {
    int at = JPEG.length() - 1;
    while (has(file, 0, JPEG) && at + 8 < file.length) {
      int marker = unsigned(file, at + 1);
      if (unsigned(file, at) != 0xff || !startsSegment(marker)) {
        at++;
      } else if (isFrame(marker)) {
        return Math.min(short16(file, at + 5), short16(file, at + 7));
      } else {
        at += 2 + short16(file, at + 2);
      }
    }
    return 0;
  }

  /** Width times height as the header of a complete file says; 0 where it does not. */
  static long pixels(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (has(file, 0, PNG)) {
      long width = Integer.toUnsignedLong(bytes.getInt(16));
      long height = Integer.toUnsignedLong(bytes.getInt(20));
      return Math.unsignedMultiplyHigh(width, height) == 0 && width * height >= 0
          ? width * height
          : Long.MAX_VALUE;
    }
    if (has(file, 0, JPEG)) {
      return jpegPixels(file);
    }
    return webpPixels(file, bytes.order(ByteOrder.LITTLE_ENDIAN));
  }

  /** Of the largest frame, should there be several. */
  private static long jpegPixels(byte[] file) {
    long most = 0;
    int at = JPEG.length() - 1;
    while (at + 8 < file.length) {
      int marker = unsigned(file, at + 1);
      if (unsigned(file, at) != 0xff || !startsSegment(marker)) {
        at++;
      } else {
        if (isFrame(marker)) {
          most = Math.max(most, (long) short16(file, at + 5) * short16(file, at + 7));
        }
        at += 2 + short16(file, at + 2);
      }
    }
    return most;
  }

  /** The first chunk tells: of a lossy picture, a lossless one, or one with extras. */
  private static long webpPixels(byte[] file, ByteBuffer bytes) {
    if (file.length < 30) {
      return 0;
    }
    if (has(file, 12, "VP8X")) {
      return (1 + (bytes.getInt(24) & 0xff_ffffL)) * (1 + (bytes.getInt(26) >>> 8));
    }
    if (has(file, 12, "VP8L")) {
      int sides = bytes.getInt(21);
      return (1L + (sides & 0x3fff)) * (1 + (sides >>> 14 & 0x3fff));
    }
    return (bytes.getShort(26) & 0x3fffL) * (bytes.getShort(28) & 0x3fff);
  }

  /** Start of frame: 0xc0 to 0xcf without the tables c4 and cc and the reserved c8. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static int short16(byte[] file, int at) {
    return unsigned(file, at) << 8 | unsigned(file, at + 1);
  }

  /** Not so: an escaped 0xff (0), a restart (0xd0 to 0xd7), the start (0xd8) and filling (0xff). */
  private static boolean startsSegment(int marker) {
    return marker > 0x01 && (marker < 0xd0 || marker > 0xd8) && marker < 0xff;
  }

  /** Each chunk: 4 bytes of length, 4 of type, the data, 4 of check sum. */
  private static boolean isCompletePng(byte[] file) {
    long at = PNG.length();
    while (at + 12 <= file.length) {
      if (has(file, (int) at + 4, "IEND")) {
        return true;
      }
      at += 12 + Integer.toUnsignedLong(ByteBuffer.wrap(file).getInt((int) at));
    }
    return false;
  }

  private static boolean isCompleteWebp(byte[] file) {
    int size = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    return 8 + Integer.toUnsignedLong(size) <= file.length;
  }

  private static boolean has(byte[] file, int at, String signature) {
    return file.length >= at + signature.length()
        && new String(file, at, signature.length(), ISO_8859_1).equals(signature);
  }

  private static int unsigned(byte[] file, int at) {
    return file[at] & 0xff;
  }
}
