package org.sotdl4j.spark;

import java.io.Serializable;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.TrainConfig;
import org.sotdl4j.datasets.Dataset;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the workers must know of a run; sent once.
 *
 * @param run its name, unlike any other's
 * @param configuration the {@link TrainConfig} as JSON
 * @param listed the training pictures where the driver's list of them is to be used; null where
 *     each worker opens the folder by itself
 * @param half whether gradients travel as half precision
 */
record Job(String run, String configuration, Dataset listed, boolean half) implements Serializable {

  static Job of(String run, TrainConfig config, Dataset pictures, boolean half) {
    return new Job(
        run,
        JsonMapper.shared().writeValueAsString(config),
        pictures instanceof Serializable ? pictures : null,
        half);
  }

  TrainConfig config() {
    return JsonMapper.shared().readValue(configuration, TrainConfig.class);
  }

  Dataset pictures(TrainConfig config) {
    return listed == null ? DataSource.open(config.data(), config.validation()).train() : listed;
  }
}
