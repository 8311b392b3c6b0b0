package org.sotdl4j.app;

import java.io.IOException;
import java.nio.file.Path;
import org.sotdl4j.zoo.checkpoint.AtomicFile;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON for the user's own programs. */
final class ResultsFile {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ResultsFile() {}

  static String json(Object content) {
    return JSON.writeValueAsString(content);
  }

  static void write(Path file, Object content) throws IOException {
    AtomicFile.writeText(file, json(content) + "\n");
  }
}
