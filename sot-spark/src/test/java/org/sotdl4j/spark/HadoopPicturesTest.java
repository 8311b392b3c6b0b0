package org.sotdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.DatasetException;

class HadoopPicturesTest {

  @TempDir Path folder;

  @Test
  void itListsAndReadsAsAnImageFolder() throws IOException {
    PictureFolder.write(folder, 12, 6);
    Files.createFile(folder.resolve("train/red/.hidden.png"));
    Files.createFile(folder.resolve("train/red/notes.txt"));
    DataSource source = HadoopPictures.open(folder.toUri().toString(), Optional.empty());
    Dataset expected = DataSource.open(folder.toString()).train();
    assertThat(source.val().size()).isEqualTo(6);
    assertThat(source.train().classes()).isEqualTo(expected.classes());
    assertThat(source.train().size()).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(source.train().name(i)).endsWith(expected.name(i));
      assertThat(source.train().get(i).label()).isEqualTo(expected.get(i).label());
      assertThat(source.train().get(i).picture().rgb()).isEqualTo(expected.get(i).picture().rgb());
    }
    Files.delete(Path.of(expected.name(0)));
    assertThatThrownBy(() -> source.train().get(0))
        .isInstanceOf(BadPictureException.class)
        .hasMessageEndingWith(": the file does not exist");
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    String address = folder.toUri().toString();
    assertThatThrownBy(() -> HadoopPictures.open(address + "nothing", Optional.empty()))
        .isInstanceOf(DatasetException.class)
        .hasMessage("%snothing has no folder val or test to validate on".formatted(address));
    Files.createDirectory(folder.resolve("val"));
    assertThatThrownBy(() -> HadoopPictures.open(address, Optional.empty()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("train does not exist");
    assertThatThrownBy(() -> HadoopPictures.open("lost://host/pictures", Optional.empty()))
        .isInstanceOf(DatasetException.class)
        .hasMessage("Cannot list lost://host/pictures (No FileSystem for scheme \"lost\")");
  }
}
