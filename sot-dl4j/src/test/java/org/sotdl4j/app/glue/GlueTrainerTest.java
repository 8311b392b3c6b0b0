package org.sotdl4j.app.glue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.train.OptimizerConfig;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.app.train.TrainingFailedException;
import org.sotdl4j.datasets.text.GlueExample;
import org.sotdl4j.datasets.text.GlueTask;
import org.sotdl4j.datasets.text.Tokenizer;
import org.sotdl4j.engine.Engine;

class GlueTrainerTest {

  @TempDir Path folder;
  private double rate = 1e-2;

  private boolean train(String run, String task, boolean resume, BooleanSupplier stop)
      throws IOException {
    List<GlueExample> train = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      train.add(new GlueExample("", "a b".repeat(1 + i % 4), "b", i % 2));
    }
    SequencedMap<String, List<GlueExample>> dev = new LinkedHashMap<>();
    dev.put("dev", train.subList(0, 5));
    GlueTask glueTask = GlueTask.named(task);
    GlueConfig config =
        new GlueConfig(
            task,
            "",
            folder.toString(),
            GlueHead.CLASS_WORD,
            false,
            2,
            3,
            16,
            3,
            4,
            new OptimizerConfig(OptimizerConfig.Kind.ADAMW, null, null, 0, 0.01, 1, 0.8, 1),
            rate,
            2 * rate,
            0.1,
            0.2,
            5,
            Engine.COMPILED);
    RunFolder runFolder = new RunFolder(folder.resolve(run));
    try (Pretrained pretrained = Pretrained.open(folder.toString());
        Tokenizer tokenizer = pretrained.tokenizer(16);
        GlueTrainer trainer =
            new GlueTrainer(
                config,
                runFolder,
                new GlueData(glueTask, train, dev, new LinkedHashMap<>()),
                new GlueTexts(tokenizer, pretrained.encoder()),
                new Quiet(),
                stop)) {
      if (resume) {
        trainer.resume();
      } else {
        trainer.startFrom(pretrained.weights());
        Files.createDirectories(runFolder.path());
      }
      return trainer.train();
    }
  }

  @Test
  void aRunThatWasStoppedEndsAsIfNothingHadHappened() throws IOException {
    TinyBert.write(folder, 7);
    assertThat(train("whole", "RTE", false, () -> false)).isTrue();
    int[] steps = {0};
    assertThat(train("stopped", "RTE", false, () -> ++steps[0] == 7)).isFalse();
    assertThat(train("stopped", "RTE", true, () -> false)).isTrue();
    for (String file : List.of("last.safetensors", "best.safetensors")) {
      assertThat(Files.mismatch(folder.resolve("whole", file), folder.resolve("stopped", file)))
          .as(file)
          .isEqualTo(-1);
    }
    assertThat(Files.readAllLines(folder.resolve("stopped", "metrics.csv"))).hasSize(4);
  }

  @Test
  void aRunThatWasKilledInItsFirstEpochCanBeResumed() throws IOException {
    TinyBert.write(folder, 7);
    assertThat(train("whole", "RTE", false, () -> false)).isTrue();
    BooleanSupplier killed =
        () -> {
          throw new IllegalStateException("killed");
        };
    assertThatIllegalStateException().isThrownBy(() -> train("killed", "RTE", false, killed));
    assertThat(train("killed", "RTE", true, () -> false)).isTrue();
    assertThat(
            Files.mismatch(
                folder.resolve("whole", "last.safetensors"),
                folder.resolve("killed", "last.safetensors")))
        .isEqualTo(-1);
  }

  @Test
  void aLossThatIsNoNumberStopsAndSaysWhatIsLeft() throws IOException {
    TinyBert.write(folder, 7);
    rate = 1e30;
    assertThatThrownBy(() -> train("wild", "STS-B", false, () -> false))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageContaining("try a lower --lr");
  }

  @Test
  void numbersAreLearnedBySquaredDistance() throws IOException {
    TinyBert.write(folder, 7);
    assertThat(train("numbers", "STS-B", false, () -> false)).isTrue();
    assertThat(Files.readAllLines(folder.resolve("numbers", "metrics.csv")).getFirst())
        .isEqualTo("epoch,train_loss,dev_pearson,dev_spearman,seconds");
  }

  private static final class Quiet implements GlueProgress {

    @Override
    public void epoch(int epoch, int epochs, int batches) {}

    @Override
    public void batch(int batch, double loss) {}

    @Override
    public void answered(String set, int done, int texts) {}

    @Override
    public void epochDone(
        double loss, SequencedMap<String, Double> scores, double trained, boolean best) {}
  }
}
