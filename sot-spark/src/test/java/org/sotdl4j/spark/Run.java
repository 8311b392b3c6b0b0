package org.sotdl4j.spark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.sotdl4j.app.train.Cluster;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.Environment;
import org.sotdl4j.app.train.LossConfig;
import org.sotdl4j.app.train.MixingConfig;
import org.sotdl4j.app.train.OptimizerConfig;
import org.sotdl4j.app.train.PictureOptions;
import org.sotdl4j.app.train.RegularizationConfig;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.app.train.ScheduleConfig;
import org.sotdl4j.app.train.Steps;
import org.sotdl4j.app.train.TrainConfig;
import org.sotdl4j.app.train.TrainListener;
import org.sotdl4j.app.train.Trainer;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.engine.Engine;

/**
 * A short training.
 *
 * @param losses the mean of the epoch so far, after each step
 * @param weights the bytes of the last checkpoint's tensors, the optimizer's too
 */
@SuppressWarnings("ArrayRecordComponent")
record Run(List<Double> losses, byte[] weights) {

  /** The bundled pictures. */
  static final Dataset FASHION = DataSource.open(DataSource.BUNDLED).train();

  /** How it goes. */
  record Plan(
      TrainConfig config, Dataset pictures, int steps, Consumer<BadPictureException> broken) {

    Run here(Path folder) throws IOException {
      return on(Steps.here(), folder, step -> {});
    }

    Run on(String master, int workers, Path folder) throws IOException {
      return on(new Cluster.Options(master, workers, false, 1), folder);
    }

    Run on(Cluster.Options options, Path folder) throws IOException {
      return on(new SparkCluster().place(options, note -> {}), folder, step -> {});
    }

    /** Goes on where the folder holds a checkpoint. */
    Run on(Steps.Place place, Path folder, Consumer<Integer> after) throws IOException {
      RunFolder run = new RunFolder(folder);
      boolean resume = Files.exists(run.last());
      List<Double> losses = new ArrayList<>();
      TrainListener listener =
          new TrainListener() {
            @Override
            public void stepDone(double loss, double top1, double imagesPerSecond) {
              losses.add(loss);
              after.accept(losses.size());
            }
          };
      try (Trainer trainer =
          new Trainer(
              config,
              run,
              new DataSource("pictures", pictures, pictures),
              listener,
              () -> losses.size() == steps,
              broken,
              place)) {
        if (resume) {
          trainer.resume();
        } else {
          run.create("", Environment.read("test", "./sot test"));
        }
        trainer.train();
      }
      ByteBuffer file =
          ByteBuffer.wrap(Files.readAllBytes(run.last())).order(ByteOrder.LITTLE_ENDIAN);
      int tensors = Math.toIntExact(Long.BYTES + file.getLong());
      return new Run(losses, Arrays.copyOfRange(file.array(), tensors, file.capacity()));
    }

    Plan with(Dataset others) {
      return new Plan(config, others, steps, broken);
    }

    Plan with(Consumer<BadPictureException> listener) {
      return new Plan(config, pictures, steps, listener);
    }

    Plan upTo(int end) {
      return new Plan(config, pictures, end, broken);
    }
  }

  /** Some steps, each of some passes. */
  static Plan plan(String model, Dataset pictures, int side, int batch, int passes, int steps) {
    TrainConfig config =
        new TrainConfig(
            model,
            DataSource.BUNDLED,
            null,
            pictures.classes(),
            side,
            2,
            batch,
            passes,
            new OptimizerConfig(OptimizerConfig.Kind.ADAMW, null, null, 0.9, 0.05, 1, 1, 1),
            new ScheduleConfig(
                ScheduleConfig.Kind.COSINE,
                1e-3,
                1e-5,
                1e-6,
                0,
                false,
                0,
                true,
                1,
                0.5,
                1,
                1,
                90,
                List.of(),
                0.1,
                10,
                List.of(),
                0.67,
                1),
            new LossConfig(0.1, false, null, null),
            new MixingConfig(0, 0, null, 1, 0.5, MixingConfig.Mode.BATCH, 0),
            new RegularizationConfig(0, 0, 0, false, null),
            null,
            0,
            0,
            0,
            7,
            1,
            false,
            Engine.COMPILED,
            PictureOptions.USUAL);
    return new Plan(config, pictures, steps, broken -> {});
  }
}
