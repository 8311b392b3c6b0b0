package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {

  @TempDir private Path folder;

  private static CommandLineRun sot(String command) {
    return CommandLineRun.of(command.split(" "));
  }

  @Test
  void runsStandBesideEachOtherWithWhatDiffers() throws Exception {
    Path data = TinyPictures.write(folder.resolve("data"), 2, 8, 3);
    for (String[] run : new String[][] {{"one", "1"}, {"two", "2"}}) {
      CommandLineRun trained =
          sot(
              "train %s --model vit_nano --epochs 1 --batch-size 8 --seed %s --scale 0.%s,1 --output %s"
                  .formatted(data, run[1], run[1], folder.resolve(run[0])));
      assertThat(trained.exitCode()).as(trained.err()).isZero();
    }
    Path page = folder.resolve("page.html");
    CommandLineRun compared =
        sot("compare %s %s --out %s".formatted(folder.resolve("one"), folder.resolve("two"), page));

    assertThat(compared.exitCode()).as(compared.err()).isZero();
    var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(page.toFile());
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(6);
    assertThat(Files.readString(page))
        .contains("<td>seed</td><td>1</td><td>2</td>", "<td>0.1, 1.0</td><td>0.2, 1.0</td>")
        .doesNotContain("<td>epochs</td>");
  }

  @Test
  void whatIsNoRunIsNamed() {
    CommandLineRun compared = sot("compare %s %s".formatted(folder, folder));
    assertThat(compared.exitCode()).isEqualTo(1);
    assertThat(compared.err()).contains("is no run that finished an epoch: it has no metrics.csv");
    assertThat(sot("compare one").exitCode()).isEqualTo(2);
  }
}
