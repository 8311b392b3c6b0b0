package org.sotdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.UserException;
import org.sotdl4j.app.train.Cluster;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.BatchLoader;
import org.sotdl4j.datasets.SkippedPictures;

/** Trainings whose steps Spark shares, in this process, against the same without Spark. */
class SparkTrainingTest {

  private static final String TWO = "local[2]";

  @TempDir Path folder;

  private Path run(String name) {
    return folder.resolve(name);
  }

  /** Noise in steps of 2 passes with 8 pictures. */
  private static Run.Plan small(int steps) {
    return Run.plan("vit_nano", new Noise(96), 16, 8, 2, steps);
  }

  @Test
  void twoWorkersLearnAsOneProcessWithTheWholeBatch() throws IOException {
    Run alone = Run.plan("vit_nano", Run.FASHION, 28, 16, 1, 50).here(run("alone"));
    Run shared = Run.plan("vit_nano", Run.FASHION, 28, 8, 2, 50).on(TWO, 2, run("shared"));
    assertThat(shared.losses()).hasSize(50);
    for (int step = 0; step < 50; step++) {
      assertThat(shared.losses().get(step)).isCloseTo(alone.losses().get(step), within(1e-4));
    }
    assertThat(shared.losses().getLast()).isLessThan(shared.losses().getFirst() - 0.1);
  }

  @Test
  void oneWorkerIsThisProcessBitForBitWithRunningStatisticsToo() throws IOException {
    Run.Plan plan = Run.plan("sot_nano", new Noise(48), 16, 8, 1, 5);
    assertThat(plan.on("local[1]", 1, run("spark")).weights())
        .isEqualTo(plan.here(run("alone")).weights());
  }

  @Test
  void oneWorkerThatStepsByItselfIsThisProcessBitForBit() throws IOException {
    // an epoch has 12 steps: the last round has 2
    Run.Plan plan = Run.plan("sot_nano", new Noise(96), 16, 8, 1, 3);
    Run rounds = plan.on(new Cluster.Options("local[1]", 1, false, 5), run("spark"));
    assertThat(rounds.weights()).isEqualTo(plan.upTo(12).here(run("alone")).weights());
  }

  @Test
  void workersThatStepByThemselvesLearnTogether() throws IOException {
    Run.Plan plan = Run.plan("vit_nano", Run.FASHION, 28, 8, 2, 10);
    Run rounds = plan.on(new Cluster.Options(TWO, 2, false, 4), run("rounds"));
    assertThat(rounds.losses().getLast()).isLessThan(rounds.losses().getFirst() - 0.1);
  }

  @Test
  void aWorkerWithoutPicturesLeavesTheMeanAlone() throws IOException {
    // the only pass of an epoch is the second worker's
    Run.Plan plan = Run.plan("sot_nano", new Noise(8), 16, 8, 2, 3);
    Run rounds = plan.on(new Cluster.Options(TWO, 2, false, 2), run("rounds"));
    assertThat(rounds.weights()).isEqualTo(plan.here(run("alone")).weights());
  }

  @Test
  void halfPrecisionChangesLittle() throws IOException {
    Run.Plan plan = small(10);
    Run half = plan.on(new Cluster.Options(TWO, 2, true, 1), run("half"));
    Run whole = plan.on(TWO, 2, run("whole"));
    assertThat(half.losses().getLast()).isCloseTo(whole.losses().getLast(), within(1e-2));
    assertThat(half.weights()).isNotEqualTo(whole.weights());
  }

  @Test
  void aStepThatIsRepeatedAndARunThatGoesOnEndBitForBitAsIfNothingHadHappened() throws IOException {
    byte[] undisturbed = small(8).on(TWO, 2, run("undisturbed")).weights();

    Noise.MET.set(false);
    Run.Plan disturbed = small(8).with(new Noise(96, Set.of(), Noise.Trouble.ONCE));
    assertThat(disturbed.on(TWO, 2, run("disturbed")).weights()).isEqualTo(undisturbed);
    assertThat(Noise.MET).isTrue();

    small(3).on(TWO, 2, run("parts"));
    assertThat(small(5).on(TWO, 2, run("parts")).weights()).isEqualTo(undisturbed);
  }

  @Test
  void whatHalvesLeaveSurvivesTheLossOfAWorkerAndARunThatGoesOn() throws IOException {
    Cluster.Options halves = new Cluster.Options(TWO, 2, true, 1);
    byte[] undisturbed = small(12).on(halves, run("undisturbed")).weights();

    Run lost =
        small(12)
            .on(
                new SparkCluster().place(halves, note -> {}),
                run("lost"),
                step -> {
                  if (step == 9) { // three steps after the epoch began
                    Residuals.end("");
                  }
                });
    assertThat(lost.weights()).isEqualTo(undisturbed);

    small(4).on(halves, run("parts"));
    assertThat(small(8).on(halves, run("parts")).weights()).isEqualTo(undisturbed);
  }

  @Test
  void aBrokenPictureIsLeftOutOrStops() throws IOException {
    Run.Plan plan = small(6).with(new Noise(96, Set.of(3, 50), Noise.Trouble.NONE));
    SkippedPictures skipped = new SkippedPictures();
    plan.with(skipped).on(TWO, 2, run("skips"));
    assertThat(skipped.summary())
        .startsWith("2 broken pictures left out: ")
        .contains("3.png (it rained)", "50.png (it rained)");
    assertThatThrownBy(() -> plan.with(BatchLoader.STRICT).on(TWO, 2, run("stops")))
        .isInstanceOf(BadPictureException.class)
        .hasMessageEndingWith(".png: it rained");
  }

  @Test
  void aWorkerOutOfMemoryIsSaid() {
    Run.Plan plan = small(6).with(new Noise(96, Set.of(), Noise.Trouble.NO_MEMORY));
    assertThatThrownBy(() -> plan.on(TWO, 2, run("run")))
        .isInstanceOf(UserException.class)
        .hasMessageMatching(
            "A worker \\(.*\\) has not enough memory \\(the picture is too large\\): lower --batch-size, .*");
  }

  @Test
  void whatHappensAgainAndAgainStops() {
    Run.Plan plan = small(6).with(new Noise(96, Set.of(), Noise.Trouble.ALWAYS));
    assertThatThrownBy(() -> plan.on(TWO, 2, run("run")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("Spark gave up: ")
        .hasMessageContaining("the disk is on fire");
  }

  @Test
  void nobodyAtTheAddressIsSaid() {
    assertThatThrownBy(() -> small(1).on("spark://localhost:1", 2, run("run")))
        .isInstanceOf(UserException.class)
        .hasMessage("Cannot connect to Spark at spark://localhost:1 (Connection refused)");
  }

  @Test
  void addressesSayHowManyWorkers() {
    SparkCluster spark = new SparkCluster();
    assertThat(List.of("local", "local[3]", "local[4,2]", "local-cluster[2,1,4096]"))
        .extracting(address -> spark.workers(address).getAsInt())
        .containsExactly(1, 3, 4, 2);
    assertThat(spark.workers("spark://host:7077")).isEmpty();
    for (String wrong :
        List.of(
            "lokal",
            "local[]",
            "local[0]",
            "local[99999999999]",
            "spark://host",
            "spark://a host:7077",
            "local-cluster[2]",
            "local-cluster[2,1,99999999999]")) {
      assertThatThrownBy(() -> spark.workers(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("'" + wrong + "' is no address of a Spark master: ");
    }
    for (String small : List.of("local-cluster[2,0,4096]", "local-cluster[2,1,479]")) {
      assertThatThrownBy(() -> spark.workers(small))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'" + small + "' gives executors too little: each needs a core and 480 MB");
    }
  }
}
