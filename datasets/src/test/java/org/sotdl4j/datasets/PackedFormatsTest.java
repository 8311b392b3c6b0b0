package org.sotdl4j.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fashion-MNIST and CIFAR from files that the test writes as the formats are documented. */
class PackedFormatsTest {

  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir private Path folder;

  @Test
  void fashionMnistIsReadPackedOrNot() throws IOException {
    fashionMnist(3);
    put(IMAGES + ".gz", gzip(Files.readAllBytes(folder.resolve(IMAGES))));
    Files.delete(folder.resolve(IMAGES));
    Dataset data = FashionMnist.train(folder);
    assertThat(data.size()).isEqualTo(3);
    assertThat(data.classes()).hasSize(10);
    Sample sample = data.get(2);
    assertThat(sample.label()).isEqualTo(2);
    assertThat(sample.picture().width()).isEqualTo(28);
    assertThat(Pictures.red(sample.picture(), 5, 7)).isEqualTo(place(2, 0, 5, 7));
    assertThat(Pictures.green(sample.picture(), 5, 7)).isEqualTo(place(2, 0, 5, 7));
  }

  @Test
  void mistakesInFashionMnistAreOneSentence() throws IOException {
    assertFashionMistake("There is neither train-images-idx3-ubyte.gz nor train-images-idx3-ubyte");
    fashionMnist(3);
    put(LABELS, idx(new int[] {2}, new byte[2]));
    assertFashionMistake("has 3 pictures but 2 labels");
    put(LABELS, idx(new int[] {3}, new byte[] {1, 10, 2}));
    assertFashionMistake("has a label 10, but its classes are 0 to 9");
    put(LABELS, idx(new int[] {3}, new byte[2]));
    assertFashionMistake("should hold 3 values of shape [3], but holds 2");
    put(LABELS, new byte[] {0, 0, 8});
    assertFashionMistake("ends within its header");
    put(LABELS, "<html>not found</html>".getBytes(UTF_8));
    assertFashionMistake("begins with 0x3c68746d, not 0x00000801");
    put(LABELS + ".gz", Arrays.copyOf(gzip(idx(new int[] {3}, new byte[3])), 20));
    assertFashionMistake("Cannot read");
    put(IMAGES, idx(new int[] {1, 27, 28}, new byte[27 * 28]));
    Files.delete(folder.resolve(LABELS + ".gz"));
    put(LABELS, idx(new int[] {1}, new byte[1]));
    assertFashionMistake("are 27 x 28, not 28 x 28");
  }

  @Test
  void cifar10IsReadFromItsBatches() throws IOException {
    put("batches.meta.txt", (names(10) + "\n\n").getBytes(UTF_8));
    for (int i = 1; i <= 5; i++) {
      put("data_batch_" + i + ".bin", cifar(1, 2 * i - 1, 2 * i - 2));
    }
    put("test_batch.bin", cifar(1, 7));
    Dataset train = Cifar10.train(folder);
    assertThat(train.size()).isEqualTo(10);
    assertThat(train.classes()).hasSize(10).startsWith("class0", "class1");
    assertThat(IntStream.range(0, 10).map(i -> train.get(i).label()))
        .containsExactly(1, 0, 3, 2, 5, 4, 7, 6, 9, 8);
    assertThat(Cifar10.test(folder).get(0).label()).isEqualTo(7);
  }

  @Test
  void cifar100HasFineLabelsAfterCoarseOnes() throws IOException {
    put("fine_label_names.txt", names(100).getBytes(UTF_8));
    put("train.bin", cifar(2, 3, 99));
    put("test.bin", cifar(2, 5));
    Dataset train = Cifar100.train(folder);
    assertThat(train.get(1).label()).isEqualTo(99);
    Picture picture = train.get(1).picture();
    assertThat(picture.width()).isEqualTo(32);
    assertThat(Pictures.red(picture, 5, 7)).isEqualTo(place(99, 0, 5, 7));
    assertThat(Pictures.green(picture, 5, 7)).isEqualTo(place(99, 1, 5, 7));
    assertThat(Cifar100.test(folder).classes()).endsWith("class99");
  }

  @Test
  void mistakesInCifarAreOneSentence() throws IOException {
    assertCifarMistake("There is no fine_label_names.txt in the folder " + folder);
    put("fine_label_names.txt", names(99).getBytes(UTF_8));
    assertCifarMistake("should name 100 classes, but names 99");
    put("fine_label_names.txt", names(100).getBytes(UTF_8));
    assertCifarMistake("There is no train.bin");
    put("train.bin", new byte[3073]);
    assertCifarMistake("has 3073 bytes, which is no multiple of a record's 3074");
    put("train.bin", new byte[0]);
    assertCifarMistake("has 0 bytes");
    put("train.bin", cifar(2, 100));
    assertCifarMistake("has a label 100, but its classes are 0 to 99");
  }

  private void assertFashionMistake(String message) {
    assertThatThrownBy(() -> FashionMnist.train(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message);
  }

  private void assertCifarMistake(String message) {
    assertThatThrownBy(() -> Cifar100.train(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message);
  }

  /** A value that tells picture (or label), channel, x and y apart. */
  private static int place(int picture, int channel, int x, int y) {
    return (picture * 31 + channel * 101 + x * 3 + y * 7) & 0xff;
  }

  private void fashionMnist(int size) throws IOException {
    var pixels = new ByteArrayOutputStream();
    byte[] labels = new byte[size];
    for (int i = 0; i < size; i++) {
      labels[i] = (byte) i;
      plane(pixels, i, 0, 28);
    }
    put(IMAGES, idx(new int[] {size, 28, 28}, pixels.toByteArray()));
    put(LABELS, idx(new int[] {size}, labels));
  }

  private static byte[] cifar(int labelBytes, int... labels) {
    var out = new ByteArrayOutputStream();
    for (int label : labels) {
      out.writeBytes(new byte[labelBytes - 1]); // coarse
      out.write(label);
      for (int c = 0; c < 3; c++) {
        plane(out, label, c, 32);
      }
    }
    return out.toByteArray();
  }

  private static void plane(ByteArrayOutputStream out, int picture, int channel, int side) {
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        out.write(place(picture, channel, x, y));
      }
    }
  }

  private static byte[] idx(int[] shape, byte[] values) {
    var out = ByteBuffer.allocate(4 + 4 * shape.length + values.length);
    out.putInt(0x800 + shape.length);
    for (int length : shape) {
      out.putInt(length);
    }
    return out.put(values).array();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  private static String names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "class" + i).collect(Collectors.joining("\n"));
  }

  private void put(String file, byte[] content) throws IOException {
    Files.write(folder.resolve(file), content);
  }
}
