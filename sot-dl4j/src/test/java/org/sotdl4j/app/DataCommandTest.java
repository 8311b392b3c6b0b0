package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {

  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void pictures() throws IOException {
    data = TinyPictures.write(folder.resolve("data"), 2, 4, 2);
  }

  private CommandLineRun check() {
    return CommandLineRun.of("data", "check", data.toString());
  }

  @Test
  void soundPicturesPass() {
    CommandLineRun result = check();
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("12 pictures: nothing found\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void findsBrokenDuplicateAndMislabelledFiles() throws IOException {
    Path cut = data.resolve("train/class0/01.jpg");
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    Files.writeString(data.resolve("train/class1/text.png"), "this is no picture");
    Files.copy(data.resolve("train/class1/00.png"), data.resolve("val/class0/copy.png"));
    Files.move(data.resolve("val/class1/01.jpg"), data.resolve("val/class1/01.webp"));
    CommandLineRun result = check();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .contains("broken      " + cut + ": the file is truncated")
        .contains("text.png: it is neither JPEG nor PNG nor WebP")
        .contains(
            "duplicate   %s: the same as %s"
                .formatted(
                    data.resolve("val/class0/copy.png"), data.resolve("train/class1/00.png")))
        .contains("mislabelled " + data.resolve("val/class1/01.webp") + ": its content is JPEG")
        .endsWith("14 pictures: 2 broken, 1 duplicate, 1 mislabelled\n");
  }

  @Test
  void looksIntoZipsAndCountsOtherFiles() throws IOException {
    Path zip = folder.resolve("data.zip");
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path train = Files.createDirectory(files.getPath("train"));
      Files.copy(data.resolve("train/class0/00.png"), train.resolve("good.png"));
      Files.writeString(train.resolve("bad.png"), "this is no picture");
      Files.writeString(train.resolve("picture.bmp"), "unseen");
    }
    data = zip;
    CommandLineRun result = check();
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.out().lines())
        .containsExactly(
            "broken      /train/bad.png: it is neither JPEG nor PNG nor WebP",
            "2 pictures: 1 broken, 0 duplicate, 0 mislabelled",
            "files that training does not see, as they are not called .jpg, .jpeg, .png or .webp: 1");
  }

  @Test
  void aFolderWithoutPicturesIsAnError() throws IOException {
    data = Files.createDirectory(folder.resolve("empty"));
    CommandLineRun result = check();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains(data + " holds no picture");
    data = folder.resolve("nowhere");
    assertThat(check().err()).contains("There is no folder or zip " + data);
  }

  @Test
  void theSheetIsTheSameForTheSameSeed() throws IOException {
    Path sheet = folder.resolve("sheet.png");
    CommandLineRun result = sheet(sheet, "--seed", "3");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo(sheet + "\n");
    BufferedImage image = ImageIO.read(sheet.toFile());
    assertThat(image.getWidth()).isEqualTo(4 * 100 + 12 + 4);
    assertThat(image.getHeight()).isEqualTo(2 * 100 + 4);
    Path again = folder.resolve("again.png");
    sheet(again, "--seed", "3");
    assertThat(again).hasSameBinaryContentAs(sheet);
    sheet(again, "--seed", "4");
    assertThat(Files.readAllBytes(again)).isNotEqualTo(Files.readAllBytes(sheet));
  }

  private CommandLineRun sheet(Path out, String... more) {
    String[] arguments = {
      "data",
      "sheet",
      data.toString(),
      "--out",
      out.toString(),
      "--img-size",
      "16",
      "--rows",
      "2",
      "--columns",
      "3",
      "--aa",
      "rand-m9-mstd0.5-inc1",
      "--reprob",
      "0.25"
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return CommandLineRun.of(all);
  }

  private CommandLineRun bench(String more) {
    String command = "data bench %s --img-size 16 --seconds 0.2 %s".formatted(data, more);
    return CommandLineRun.of(command.strip().split(" "));
  }

  @Test
  void benchMeasuresTheStages() throws IOException {
    Files.writeString(data.resolve("train/class0/00.png"), "this is no picture");
    CommandLineRun result = bench("-b 4 --aa rand-m9-mstd0.5-inc1 --reprob 0.25 -j 3");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines().skip(1).map(line -> line.replaceAll(" {2,}.*", "")))
        .containsExactly(
            "decode",
            "augment",
            "normalize, erase",
            "all on one thread",
            "batches by 3 workers",
            "At most 6 batches of 4 wait, in 0 MiB.");
    assertThat(result.err()).startsWith("1 broken picture left out");
  }

  @Test
  void benchNeedsPictures() throws IOException {
    assertThat(bench("-b 9").err()).contains("A batch of 9 needs more than the 8 pictures");
    refuses(bench("--workers 0"), "--workers must be 1 or more");
    for (Path picture : picturesBelow(data.resolve("train"))) {
      Files.writeString(picture, "this is no picture");
    }
    CommandLineRun result = bench("-b 4");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).isEqualTo("sot: None of the training pictures can be read.\n");
  }

  private static List<Path> picturesBelow(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void wrongOptionsOfTheSheetAreRefused() {
    Path sheet = folder.resolve("sheet.png");
    refuses(sheet(folder.resolve("no/sheet.png")), "There is no folder");
    refuses(
        sheet(sheet, "--scale", "0.5", "0.1"), "--scale needs two numbers above 0 and at most 1");
    refuses(sheet(sheet, "--ratio", "0", "1"), "--ratio needs two numbers above 0, the smaller");
    refuses(CommandLineRun.of("data", "sheet", data.toString()), "--out");
    refuses(CommandLineRun.of("data"), "A command is missing: bench, check or sheet");
  }

  private static void refuses(CommandLineRun result, String message) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(message);
  }
}
