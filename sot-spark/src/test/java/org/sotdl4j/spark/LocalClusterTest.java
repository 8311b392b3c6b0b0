package org.sotdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.train.Cluster;
import org.sotdl4j.app.train.Steps;

/** Executors in processes of their own, one core each. */
@Tag("slow")
class LocalClusterTest {

  private static final String MASTER = "local-cluster[2,1,2048]";

  @TempDir Path folder;

  @Test
  void twoProcessesLearnAsOneAndSurviveTheDeathOfOne() throws Exception {
    Run alone = Run.plan("vit_nano", Run.FASHION, 28, 16, 1, 50).here(folder.resolve("alone"));
    Run.Plan plan = Run.plan("vit_nano", Run.FASHION, 28, 8, 2, 50);
    Run shared = plan.on(MASTER, 2, folder.resolve("shared"));
    for (int step = 0; step < 50; step++) {
      assertThat(shared.losses().get(step)).isCloseTo(alone.losses().get(step), within(1e-4));
    }

    Steps.Place place =
        new SparkCluster().place(new Cluster.Options(MASTER, 2, false, 1), note -> {});
    AtomicInteger killed = new AtomicInteger();
    SparkListener killer =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart task) {
            if (killed.getAndIncrement() == 0) {
              executors().getFirst().destroyForcibly();
            }
          }
        };
    Run disturbed =
        plan.on(
            place,
            folder.resolve("disturbed"),
            step -> {
              if (step == 20) { // so it dies in the middle of the next
                assertThat(executors()).hasSize(2);
                SparkContext.getOrCreate().addSparkListener(killer);
              }
            });
    assertThat(killed).hasPositiveValue();
    assertThat(disturbed.losses()).isEqualTo(shared.losses());
    assertThat(disturbed.weights()).isEqualTo(shared.weights());
  }

  private static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .toList();
  }
}
