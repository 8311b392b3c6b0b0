package org.sotdl4j.app.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.TinyPictures;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.DatasetException;

class DataSourceTest {

  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void pictures() throws IOException {
    data = TinyPictures.write(folder.resolve("data"), 2, 3, 2);
  }

  private static void same(Dataset actual, Dataset expected) {
    assertThat(actual.size()).isEqualTo(expected.size());
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).label()).isEqualTo(expected.get(i).label());
      assertThat(actual.get(i).picture().rgb()).isEqualTo(expected.get(i).picture().rgb());
      assertThat(actual.get(i).name()).isEqualTo(actual.name(i));
    }
  }

  private Path zip(String prefix) throws IOException {
    Path zip = folder.resolve("pictures.zip");
    try (var out = new ZipOutputStream(Files.newOutputStream(zip));
        var files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(prefix + data.relativize(file)));
        out.write(Files.readAllBytes(file));
      }
    }
    return zip;
  }

  @Test
  void aZipIsReadInPlace() throws IOException {
    DataSource plain = DataSource.open(data.toString());
    for (String prefix : List.of("", "inside/")) {
      Path zip = zip(prefix);
      DataSource zipped = DataSource.open(zip.toString());
      assertThat(zipped.name()).isEqualTo("pictures.zip");
      assertThat(zipped.train().classes()).containsExactly("class0", "class1");
      same(zipped.train(), plain.train());
      same(zipped.val(), plain.val());
      assertThat(zipped.train().name(0)).isEqualTo(zip + "/" + prefix + "train/class0/00.png");
    }
  }

  @Test
  void aFileThatIsNoZipIsRefused() throws IOException {
    Path zip = Files.writeString(folder.resolve("no.zip"), "text");
    assertThatThrownBy(() -> DataSource.open(zip.toString()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("Cannot read the zip " + zip);
  }

  /** A header as POSIX has it; the check sum is not looked at. */
  private static void entry(ByteArrayOutputStream tar, String name, byte[] content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 124, "%011o".formatted(content.length));
    header[156] = '0';
    put(header, 257, "ustar\00000");
    tar.writeBytes(header);
    tar.writeBytes(content);
    tar.writeBytes(new byte[-content.length & 511]);
  }

  private static void put(byte[] header, int at, String text) {
    System.arraycopy(text.getBytes(UTF_8), 0, header, at, text.length());
  }

  private Path shards(String part, boolean withClasses) throws IOException {
    Path shards = Files.createDirectories(folder.resolve("shards").resolve(part));
    for (int c = 0; c < 2; c++) {
      var tar = new ByteArrayOutputStream();
      try (var files = Files.list(data.resolve(part + "/class" + c))) {
        for (Path file : files.sorted().toList()) {
          String name = file.getFileName().toString();
          entry(tar, "x/" + name, Files.readAllBytes(file));
          if (withClasses) {
            entry(tar, "x/" + name.replaceAll("\\..*", ".cls"), (c + "\n").getBytes(UTF_8));
          }
        }
      }
      tar.writeBytes(new byte[1024]);
      Files.write(shards.resolve("shard-%04d.tar".formatted(c)), tar.toByteArray());
    }
    return shards;
  }

  @Test
  void tarShardsAreReadInPlace() throws IOException {
    DataSource plain = DataSource.open(data.toString());
    shards("train", true);
    shards("val", true);
    DataSource shards = DataSource.open(folder.resolve("shards").toString());
    assertThat(shards.train().classes()).containsExactly("0", "1");
    same(shards.train(), plain.train());
    same(shards.val(), plain.val());
    assertThat(shards.train().name(0)).endsWith("shard-0000.tar/x/00.png");
  }

  @Test
  void damagedShardsAreRefused() throws IOException {
    Path train = shards("train", false);
    shards("val", true);
    String root = folder.resolve("shards").toString();
    assertThatThrownBy(() -> DataSource.open(root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("00.png in ")
        .hasMessageContaining("has no class");
    shards("train", true);
    Path shard = train.resolve("shard-0001.tar");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1100));
    assertThatThrownBy(() -> DataSource.open(root))
        .isInstanceOf(DatasetException.class)
        .hasMessage(shard + " is truncated");
    Files.writeString(shard, "x".repeat(600));
    assertThatThrownBy(() -> DataSource.open(root))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(shard + " is no tar");
  }

  @Test
  void kagglesImageNetHasItsClassesInAList() throws IOException {
    DataSource plain = DataSource.open(data.toString());
    Path root = folder.resolve("kaggle");
    Path pictures = Files.createDirectories(root.resolve("ILSVRC/Data/CLS-LOC"));
    Files.move(data.resolve("train"), pictures.resolve("train"));
    Path val = Files.createDirectory(pictures.resolve("val"));
    StringBuilder list = new StringBuilder("ImageId,PredictionString\n");
    List<String> names =
        List.of("class0/00.png", "class0/01.jpg", "class1/00.png", "class1/01.jpg");
    for (String name : names) {
      String[] parts = name.split("[/.]", -1);
      String id = "ILSVRC2012_val_" + names.indexOf(name);
      Files.copy(data.resolve("val").resolve(name), val.resolve(id + "." + parts[2]));
      list.append(id).append(',').append(parts[0]).append(" 1 2 3 4 \n");
    }
    Path solution = Files.writeString(root.resolve("LOC_val_solution.csv"), list);
    DataSource kaggle = DataSource.open(root.toString());
    assertThat(kaggle.val().size()).isEqualTo(4);
    assertThat(kaggle.val().get(0).label()).isZero();
    assertThat(kaggle.val().get(3).label()).isEqualTo(1);
    same(DataSource.open(pictures.toString()).val(), kaggle.val());
    assertThat(plain.val().classes()).isEqualTo(kaggle.val().classes());

    Files.writeString(solution, list.toString().replace("class1", "class7"));
    assertThatThrownBy(() -> DataSource.open(root.toString()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("says no class of the training pictures for ILSVRC2012_val_2.png");
  }

  @Test
  void evaluationTakesClassFoldersAlone() {
    assertThat(DataSource.openForEvaluation(data.resolve("val").toString()).val().size())
        .isEqualTo(4);
    same(
        DataSource.openForEvaluation(data.toString()).val(),
        DataSource.openForEvaluation(data.resolve("val").toString()).val());
  }
}
