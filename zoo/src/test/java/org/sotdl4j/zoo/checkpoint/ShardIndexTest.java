package org.sotdl4j.zoo.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

/** Checkpoints in several files. */
class ShardIndexTest {

  @TempDir Path folder;

  @BeforeEach
  void parts() throws IOException {
    Safetensors.write(
        folder.resolve("part-1.safetensors"),
        new LinkedHashMap<>(Map.of("module.a", Nd4j.createFromArray(1f, 2f))),
        Map.of());
    Files.write(folder.resolve("part-2.pth"), TorchFiles.resource("wrapped.pth"));
  }

  @Test
  void readsAllParts() throws IOException {
    try (TensorFile file =
        open(
            "{'metadata':{'total_size':32},'weight_map':{'module.fc.bias':'part-2.pth',"
                + "'module.a':'part-1.safetensors','module.fc.weight':'part-2.pth'}}")) {
      assertThat(file.names()).containsExactly("fc.bias", "a", "fc.weight");
      assertThat(file.prefix()).isEqualTo("module.");
      assertThat(file.format()).isEqualTo("2 files");
      assertThat(file.read("a").toFloatVector()).containsExactly(1, 2);
      assertThat(file.read("fc.bias").toFloatVector()).containsExactly(0.25f, -0.75f);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'weight_map':{'a':'../part-1.safetensors'}} | it names the file ../part-1.safetensors, which is not beside it
          {'weight_map':{'a':'/etc/passwd'}} | it names the file /etc/passwd, which is not beside it
          {'weight_map':{'a':'sub\\\\part-1.safetensors'}} | which is not beside it
          {'weight_map':{'a':'..'}} | it names the file .., which is not beside it
          {'weight_map':{'a':null}} | it names the file null, which is not beside it
          {'weight_map':{'a':'model.index.json'}} | it names another index
          {'weight_map':{'a':'part-3.safetensors'}} | part-3.safetensors cannot be read: no such file
          {'weight_map':{'b':'part-1.safetensors'}} | its part part-1.safetensors has no tensor b
          {'weight_map':{'a':['part-1.safetensors']}} | it is no index
          {'weight_map':[]} | it is no index
          {} | it is no index
          {'weight_map' | it is no index
          [] | it is no index
          """)
  void refusesABadIndex(String json, String complaint) {
    assertThatThrownBy(() -> open(json).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(complaint)
        .hasMessageNotContaining("\n");
  }

  private TensorFile open(String json) throws IOException {
    Path index = folder.resolve("model.index.json");
    return TensorFile.open(Files.writeString(index, json.replace('\'', '"')));
  }
}
