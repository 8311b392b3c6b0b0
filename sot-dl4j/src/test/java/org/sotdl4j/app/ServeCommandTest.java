package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {

  /** What shells expect of a process that SIGTERM ended. */
  private static final int TERMINATED = 143;

  @TempDir private Path folder;

  @Test
  void itAnswersUntilItIsToldToStop() throws Exception {
    try (Child child = Child.start(folder, "serve", "vit_nano", "--port", "0");
        HttpClient client = HttpClient.newHttpClient()) {
      child.awaitError("The weights of vit_nano are random.");
      while (!Files.readString(child.out()).endsWith("/\n")) {
        assertThat(child.process().isAlive()).isTrue();
        Thread.sleep(20);
      }
      String url = Files.readString(child.out()).strip();
      assertThat(url).matches("http://127\\.0\\.0\\.1:\\d+/");
      var health = HttpRequest.newBuilder(URI.create(url + "health")).build();
      assertThat(client.send(health, BodyHandlers.ofString()).statusCode()).isEqualTo(200);

      child.process().destroy();
      assertThat(child.await().exitCode()).isEqualTo(TERMINATED);
    }
  }

  @Test
  void wrongUsageIsRefused() {
    assertRefused("Give either SOURCE or --checkpoint.", "serve");
    assertRefused("--port must be from 0 to 65535, not 70000.", "serve", "x", "--port", "70000");
    assertRefused("--max-requests must be 1 or more, not 0.", "serve", "x", "--max-requests", "0");
    assertRefused(
        "--max-megabytes must be at most 1000, not 3000.", "serve", "x", "--max-megabytes", "3000");
  }

  private static void assertRefused(String message, String... args) {
    CommandLineRun run = CommandLineRun.of(args);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }
}
