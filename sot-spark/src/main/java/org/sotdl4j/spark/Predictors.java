package org.sotdl4j.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.sotdl4j.app.predict.SotPredictor;

/**
 * The predictors of this process, which its tasks share: one a model that was sent. They are freed
 * when the next session of Spark begins here, where the numbers of what is sent begin anew.
 */
final class Predictors {

  private static final Map<Long, SotPredictor> OPEN = new HashMap<>();
  private static String session = "";

  private Predictors() {}

  static synchronized SotPredictor of(Broadcast<byte[]> model) {
    String now = SparkEnv.get().conf().getAppId();
    if (!now.equals(session)) {
      close();
      session = now;
    }
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

  /** Frees them. */
  static synchronized void close() {
    OPEN.values().forEach(SotPredictor::close);
    OPEN.clear();
  }
}
