package org.sotdl4j.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;
import org.sotdl4j.app.predict.SotPredictor;

/** The predictors of this process, which its tasks share: one a model that was sent. */
final class Predictors {

  private static final Map<Long, SotPredictor> OPEN = new HashMap<>();

  private Predictors() {}

  static synchronized SotPredictor of(Broadcast<byte[]> model) {
    return OPEN.computeIfAbsent(model.id(), id -> open(model.value()));
  }

  private static SotPredictor open(byte[] model) {
    try {
      Path file = Files.createTempFile("model", ".safetensors");
      try {
        return SotPredictor.load(Files.write(file, model));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Frees the models of a session that ends. */
  static synchronized void close() {
    OPEN.values().forEach(SotPredictor::close);
    OPEN.clear();
  }
}
