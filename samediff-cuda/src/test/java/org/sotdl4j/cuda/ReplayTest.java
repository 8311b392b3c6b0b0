package org.sotdl4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code gpu-check} takes to a machine with a GPU. */
class ReplayTest {

  @Test
  void aRecordingFindsWrongResultsAndNoOthers(@TempDir Path folder) throws IOException {
    assumeTrue(HostCompiler.isThere(), "g++, which stands in for NVRTC, is not on the PATH");
    Path file = folder.resolve("vit_nano.steps");
    Recording recording = Recordings.checked("vit_nano");
    Recordings.write(recording, file);
    Recording read = Replay.read(file);
    assertThat(read.steps()).isEqualTo(recording.steps());
    assertThat(new Replay(new EmulatedGpu(), 1).run(read))
        .startsWith("ok vit_nano, training, batch 3");

    List<Step> fewer = read.steps().subList(0, read.steps().size() - 1);
    Recording wrong = new Recording(read.name(), read.bytes(), read.before(), fewer, read.after());
    assertThat(new Replay(new EmulatedGpu(), 1).run(wrong)).startsWith("FAILED vit_nano");
  }
}
