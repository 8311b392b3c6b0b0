package org.sotdl4j.datasets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureDecoderTest {

  private static final Picture SMOOTH =
      Pictures.of(47, 31, (x, y) -> (4 * x) << 16 | (6 * y) << 8 | (x + y));

  @Test
  void pngIsExact() {
    Picture picture = PictureDecoder.decode(Pictures.encode(SMOOTH, "png"), "a.png");
    assertThat(picture.width()).isEqualTo(47);
    assertThat(picture.height()).isEqualTo(31);
    assertThat(picture.rgb()).isEqualTo(SMOOTH.rgb());
  }

  @Test
  void losslessWebpIsExact() {
    assertThat(PictureDecoder.decode(webp(), "a.webp").rgb()).isEqualTo(SMOOTH.rgb());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void jpegIsNear(boolean progressive) throws IOException {
    Picture picture = PictureDecoder.decode(jpeg(progressive), "a.jpg");
    assertThat(picture.width()).isEqualTo(47);
    double difference = 0;
    for (int i = 0; i < picture.rgb().length; i++) {
      difference += Math.abs((picture.rgb()[i] & 0xff) - (SMOOTH.rgb()[i] & 0xff));
    }
    assertThat(difference / picture.rgb().length).isLessThan(3);
  }

  @Test
  void greyBecomesThreeEqualChannels() {
    var grey = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(0, 0, 0, 77);
    grey.getRaster().setSample(1, 0, 0, 201);
    assertThat(PictureDecoder.decode(Pictures.encode(grey, "png"), "").rgb())
        .containsExactly(77, 77, 77, 201, 201, 201);
  }

  @Test
  void transparencyIsDroppedAndNotBlended() {
    var image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x10_20_30_40); // nearly transparent
    assertThat(PictureDecoder.decode(Pictures.encode(image, "png"), "").rgb())
        .containsExactly(0x20, 0x30, 0x40);
  }

  @Test
  void theExifOrientationIsIgnored() {
    byte[] upright = Pictures.encode(SMOOTH, "jpg");
    // Big-endian TIFF with one entry: orientation (0x0112), a short, count 1, value 6 (turn right)
    byte[] turned =
        withSegment(
            upright,
            "Exif\0\0MM\0\52\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0".getBytes(ISO_8859_1));
    assertThat(PictureDecoder.decode(turned, "").rgb())
        .isEqualTo(PictureDecoder.decode(upright, "").rgb());
  }

  /** 47 x 31 in each of the formats' ways to say so. */
  @Test
  void theHeaderTellsThePixels() throws IOException {
    assertThat(PictureDecoder.pixels(Pictures.encode(SMOOTH, "png"), "")).isEqualTo(47 * 31);
    assertThat(PictureDecoder.pixels(jpeg(false), "")).isEqualTo(47 * 31);
    assertThat(PictureDecoder.pixels(jpeg(true), "")).isEqualTo(47 * 31);
    assertThat(PictureDecoder.pixels(webp(), "")).isEqualTo(47 * 31);
    byte[] lossy = new byte[30];
    System.arraycopy("RIFF\u0016\0\0\0WEBPVP8 ".getBytes(ISO_8859_1), 0, lossy, 0, 16);
    lossy[26] = 47;
    lossy[27] = 0x40; // the two upper bits ask for magnification
    lossy[28] = 31;
    assertThat(PictureDecoder.pixels(lossy, "")).isEqualTo(47 * 31);
    byte[] extended = lossy.clone();
    extended[15] = 'X';
    System.arraycopy(new byte[] {46, 1, 0, 30, 0, 0}, 0, extended, 24, 6);
    assertThat(PictureDecoder.pixels(extended, "")).isEqualTo((256 + 47) * 31);
  }

  @Test
  void picturesThatWouldFillTheMemoryAreRefused(@TempDir Path folder) throws IOException {
    byte[] png = Pictures.encode(SMOOTH, "png");
    ByteBuffer.wrap(png).putInt(16, 20_000).putInt(20, 30_000);
    assertBad(png, "it has 600,000,000 pixels, and 178,956,970 is the most");
    Path file = Files.write(folder.resolve("a.png"), Pictures.encode(SMOOTH, "png"));
    assertThat(PictureDecoder.bytes(file, (int) Files.size(file))).hasSize((int) Files.size(file));
    assertThatThrownBy(() -> PictureDecoder.bytes(file, 50))
        .isInstanceOf(BadPictureException.class)
        .hasMessageContaining("the file is larger than 50 bytes");
  }

  @Test
  void everyTruncatedJpegIsFound() throws IOException {
    everyTruncationIsFound(jpeg(false));
    everyTruncationIsFound(jpeg(true));
  }

  @Test
  void everyTruncatedPngIsFound() {
    everyTruncationIsFound(Pictures.encode(SMOOTH, "png"), 8); // less the check sum of the end
  }

  @Test
  void everyTruncatedWebpIsFound() {
    everyTruncationIsFound(webp());
  }

  @Test
  void theEndOfAThumbnailIsNotTheEndOfThePicture() {
    byte[] thumbnail = Pictures.encode(Pictures.places(3, 3), "jpg");
    byte[] jpeg = withSegment(Pictures.encode(SMOOTH, "jpg"), thumbnail);
    assertThat(PictureDecoder.decode(jpeg, "").width()).isEqualTo(47);
    assertBad(Arrays.copyOf(jpeg, jpeg.length - 20), "the file is truncated");
  }

  @Test
  void whatFollowsThePictureIsIgnored() {
    byte[] jpeg = Pictures.encode(SMOOTH, "jpg");
    byte[] longer = Arrays.copyOf(jpeg, jpeg.length + 100);
    assertThat(PictureDecoder.decode(longer, "").rgb())
        .isEqualTo(PictureDecoder.decode(jpeg, "").rgb());
  }

  @Test
  void damagedContentIsFound() {
    byte[] png = Pictures.encode(SMOOTH, "png");
    png[png.length / 2] ^= 0x55;
    assertBad(png, "its content is damaged");
  }

  @Test
  void whatIsNoPictureIsFound() {
    assertBad(new byte[0], "the file is empty");
    assertBad("<html>404 Not Found</html>".getBytes(UTF_8), "it is neither JPEG nor PNG nor WebP");
  }

  @Test
  void theMessageNamesTheFile(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("dog.jpg"), "not a dog");
    assertThatThrownBy(() -> PictureDecoder.read(text))
        .isInstanceOf(BadPictureException.class)
        .hasMessage("Cannot use the picture " + text + ": it is neither JPEG nor PNG nor WebP");
    assertThatThrownBy(() -> PictureDecoder.read(folder.resolve("cat.jpg")))
        .isInstanceOf(BadPictureException.class)
        .hasMessageEndingWith("cat.jpg: the file does not exist");
  }

  private static void everyTruncationIsFound(byte[] file) {
    everyTruncationIsFound(file, 1);
  }

  private static void everyTruncationIsFound(byte[] file, int least) {
    for (int length = 12; length <= file.length - least; length++) {
      assertBad(Arrays.copyOf(file, length), "the file is truncated");
    }
  }

  private static void assertBad(byte[] file, String reason) {
    assertThatThrownBy(() -> PictureDecoder.decode(file, "a.jpg"))
        .as("%d bytes", file.length)
        .isInstanceOfSatisfying(
            BadPictureException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.picture()).isEqualTo("a.jpg");
            });
  }

  /** Puts an application segment behind the start marker. */
  private static byte[] withSegment(byte[] jpeg, byte[] segment) {
    var out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.write(0xff);
    out.write(0xe1);
    out.write((segment.length + 2) >> 8);
    out.write(segment.length + 2);
    out.writeBytes(segment);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  private static byte[] jpeg(boolean progressive) throws IOException {
    var image = ImageIO.read(new ByteArrayInputStream(Pictures.encode(SMOOTH, "png")));
    var writer = ImageIO.getImageWritersByFormatName("jpg").next();
    var bytes = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      var param = writer.getDefaultWriteParam();
      param.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static byte[] webp() {
    byte[] bgr = SMOOTH.rgb().clone();
    for (int i = 0; i < bgr.length; i += 3) {
      bgr[i] = SMOOTH.rgb()[i + 2];
      bgr[i + 2] = SMOOTH.rgb()[i];
    }
    try (var pixels = new BytePointer(bgr);
        var mat = new Mat(SMOOTH.height(), SMOOTH.width(), opencv_core.CV_8UC3, pixels);
        var suffix = new BytePointer(".webp");
        var lossless = new IntPointer(opencv_imgcodecs.IMWRITE_WEBP_QUALITY, 101);
        var out = new BytePointer()) {
      assertThat(opencv_imgcodecs.imencode(suffix, mat, out, lossless)).isTrue();
      byte[] file = new byte[(int) out.limit()];
      out.get(file);
      return file;
    }
  }
}
