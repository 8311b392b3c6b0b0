package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.serve.Limits;
import org.sotdl4j.app.serve.PictureServer;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.zoo.Zoo;

/**
 * The pages in a browser: no script fails, nothing is missing. Their pictures are left in {@code
 * target/screenshots}, to be looked at.
 */
@Tag("slow")
class PagesTest {

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @TempDir private static Path folder;
  private static Browser browser;
  private static Path first;
  private static Path picture;

  @BeforeAll
  static void runs() throws IOException {
    Optional<Browser> found = Browser.find();
    assumeTrue(found.isPresent(), "No Chromium is on the PATH, so the pages are not opened.");
    browser = found.orElseThrow();
    Files.createDirectories(SCREENSHOTS);
    Path data = TinyPictures.write(folder.resolve("data"), 3, 8, 3);
    picture = TinyPictures.picture(folder.resolve("picture.png"), 1, 5);
    first = folder.resolve("first");
    succeeds("train " + data + " --model vit_nano --epochs 5 --batch-size 2 --output " + first);
  }

  private static void succeeds(String command) {
    CommandLineRun run = CommandLineRun.of(command.split(" "));
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  /** On a wide light screen and on a dark phone; a browser's window cannot be as narrow as that. */
  private static Browser.Opened assertOpens(String name, String address) throws Exception {
    Path phone = folder.resolve(name + "-phone.html");
    Files.writeString(
        phone,
        """
        <!DOCTYPE html><html><head><link rel="icon" href="data:,"/></head><body style="margin: 0">
        <iframe src="%s" style="border: 0; width: 390px; height: 1700px"></iframe></body></html>
        """
            .formatted(address));
    var _ = assertOpens(name + "-phone-dark", phone.toUri().toString(), 500, true);
    return assertOpens(name + "-desktop-light", address, 1280, false);
  }

  private static Browser.Opened assertOpens(String name, String address, int width, boolean dark)
      throws Exception {
    Path png = SCREENSHOTS.resolve(name + ".png");
    Files.deleteIfExists(png);
    Path profile = Files.createTempDirectory(folder, "profile");
    Browser.Opened opened = browser.open(address, png, width, 1700, dark, profile);
    assertThat(opened.console()).as(name).isEmpty();
    assertThat(png).exists();
    assertThat(Files.size(png)).isGreaterThan(10_000);
    return opened;
  }

  @Test
  void reportOfARun() throws Exception {
    Browser.Opened report = assertOpens("report", first.resolve("report.html").toUri().toString());
    // 60 steps are many points; what is smooth is drawn by the page itself when the slider moves.
    assertThat(report.document()).containsOnlyOnce("<label class=\"smoothing\">smoothing<input");
  }

  @Test
  void comparison() throws Exception {
    Path second = folder.resolve("second");
    succeeds(
        "train %s --model sot_nano --epochs 2 --batch-size 8 --output %s"
            .formatted(folder.resolve("data"), second));
    Path page = folder.resolve("compare.html");
    succeeds("compare %s %s --out %s".formatted(first, second, page));
    assertThat(Files.readString(page)).contains("first", "second", "vit_nano", "sot_nano", "<svg");
    var _ = assertOpens("compare", page.toUri().toString());
  }

  @Test
  void explanation() throws Exception {
    Path page = folder.resolve("explain.html");
    succeeds("explain %s %s --out %s".formatted(first, picture, page));
    var _ = assertOpens("explain", page.toUri().toString());
  }

  @Test
  void summary() throws Exception {
    Path page = folder.resolve("summary.html");
    succeeds("summary pit_nano --out " + page);
    var _ = assertOpens("summary", page.toUri().toString());
  }

  @Test
  void server() throws Exception {
    SavedModel model = SavedModel.untrained("vit_nano", Zoo.get("vit_nano").model());
    try (PictureServer server =
        new PictureServer(
            model,
            new Limits(1_000_000, 1_000_000, 8),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      var _ = assertOpens("serve", "http://127.0.0.1:%d/".formatted(server.address().getPort()));
    }
  }
}
