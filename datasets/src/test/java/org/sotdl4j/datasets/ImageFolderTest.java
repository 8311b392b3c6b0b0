package org.sotdl4j.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

  @TempDir private Path root;

  @Test
  void classesAreTheSortedFoldersAndPicturesAreFoundBelowThem() throws IOException {
    put("dog/b.PNG", 5);
    put("dog/a.png", 3);
    put("dog/young/c.Png", 7);
    put("Zebra/z.png", 11);
    put("cat/old/very/x.png", 13);
    Files.writeString(root.resolve("dog/notes.txt"), "no picture");
    Files.writeString(root.resolve("README.jpg"), "no class");
    var data = new ImageFolder(root);
    assertThat(data.classes()).containsExactly("Zebra", "cat", "dog"); // as bytes sort
    assertThat(IntStream.range(0, data.size()).mapToObj(data::get))
        .extracting(Sample::label, s -> s.picture().width(), Sample::name)
        .containsExactly(
            tuple(0, 11, name("Zebra/z.png")),
            tuple(1, 13, name("cat/old/very/x.png")),
            tuple(2, 3, name("dog/a.png")),
            tuple(2, 5, name("dog/b.PNG")),
            tuple(2, 7, name("dog/young/c.Png")));
  }

  @Test
  void allFourFormatsAreListedAndHiddenFilesAreNot() throws IOException {
    for (String file :
        new String[] {
          "a/1.jpg",
          "a/2.JPEG",
          "a/3.png",
          "a/4.WebP",
          "a/5.gif",
          "a/._1.jpg",
          "a/.old/6.jpg",
          "a/jpg",
          "b/1.jpg",
          ".git/1.jpg"
        }) {
      put(file, 2);
    }
    var data = new ImageFolder(root);
    assertThat(data.classes()).containsExactly("a", "b");
    assertThat(data.size()).isEqualTo(5);
  }

  @Test
  void aBrokenPictureIsFoundWhenItIsRead() throws IOException {
    put("a/1.png", 2);
    put("b/1.png", 2);
    Files.writeString(root.resolve("b/2.jpg"), "no picture");
    var data = new ImageFolder(root);
    assertThat(data.get(1).label()).isEqualTo(1);
    assertThatThrownBy(() -> data.get(2))
        .isInstanceOf(BadPictureException.class)
        .hasMessageContaining(name("b/2.jpg"));
  }

  @Test
  void mistakesAreOneSentence() throws IOException {
    assertMistake(root.resolve("nowhere"), "nowhere does not exist");
    assertMistake(root, "has no sub-folders");
    put("cat/1.png", 2);
    assertMistake(root, "has only one class, cat");
    Files.createDirectory(root.resolve("dog"));
    assertMistake(root, "The class dog has no picture");
  }

  private static void assertMistake(Path folder, String message) {
    assertThatThrownBy(() -> new ImageFolder(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(folder.toString());
  }

  private String name(String file) {
    return root.resolve(file).toString();
  }

  private void put(String file, int width) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, Pictures.encode(Pictures.places(width, 2), "png"));
  }
}
