package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Chromium without a window.
 *
 * @param program its file
 */
record Browser(Path program) {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome");
  private static final int TIMEOUT_SECONDS = 60;

  /** The browser on the path, where there is one. */
  static Optional<Browser> find() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Browser::new);
  }

  /**
   * What a browser made of a page.
   *
   * @param console what it wrote there, errors of scripts among it
   * @param document as the scripts left it
   */
  record Opened(List<String> console, String document) {}

  /**
   * Opens a page and takes a picture of it.
   *
   * @param profile a folder for what the browser keeps
   */
  Opened open(String address, Path png, int width, int height, boolean dark, Path profile)
      throws IOException, InterruptedException {
    Path log = profile.resolve("log.txt");
    Path document = profile.resolve("document.html");
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                "--no-sandbox", // the pages are ours, and root has no sandbox
                "--disable-gpu",
                "--hide-scrollbars",
                "--enable-logging=stderr",
                "--virtual-time-budget=3000",
                "--user-data-dir=" + profile,
                "--window-size=%d,%d".formatted(width, height),
                "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1),
                "--screenshot=" + png.toAbsolutePath(),
                "--dump-dom",
                address)
            .redirectError(log.toFile())
            .redirectOutput(document.toFile())
            .start();
    boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as("the browser ends").isTrue();
    return new Opened(
        Files.readAllLines(log).stream().filter(line -> line.contains("CONSOLE")).toList(),
        Files.readString(document));
  }
}
