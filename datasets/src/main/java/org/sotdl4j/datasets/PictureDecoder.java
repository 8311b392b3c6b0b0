package org.sotdl4j.datasets;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.io.IOException;
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

  private PictureDecoder() {}

  /**
   * Reads a file.
   *
   * @throws BadPictureException if the file cannot be read, is truncated or is no picture
   */
  public static Picture read(Path file) {
    try {
      return decode(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new BadPictureException(file.toString(), "the file does not exist");
    } catch (IOException e) {
      throw new BadPictureException(file.toString(), "the file cannot be read (" + e + ")");
    }
  }

  /**
   * Reads the content of a file.
   *
   * @param name of the picture, for the error message
   * @throws BadPictureException if the bytes are truncated or no picture
   */
  public static Picture decode(byte[] bytes, String name) {
    PictureFormat.flaw(bytes)
        .ifPresent(flaw -> {
          throw new BadPictureException(name, flaw);
        });
    try (var encoded = new BytePointer(bytes);
        var row = new Mat(1, bytes.length, CV_8U, encoded);
        Mat bgr = decode(row, name)) {
      byte[] pixels = new byte[Picture.CHANNELS * Math.multiplyExact(bgr.cols(), bgr.rows())];
      bgr.data().get(pixels);
      swapRedAndBlue(pixels);
      return new Picture(bgr.cols(), bgr.rows(), pixels);
    }
  }

  private static Mat decode(Mat row, String name) {
    Mat bgr;
    try {
      bgr = imdecode(row, IMREAD_COLOR | IMREAD_IGNORE_ORIENTATION);
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
