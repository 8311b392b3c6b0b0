package org.sotdl4j.app.train;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.sotdl4j.app.UserException;
import org.sotdl4j.datasets.DatasetException;

/**
 * Machines that share the work. The implementation is found as a service, because its module comes
 * on demand.
 */
public interface Cluster {

  /**
   * How a training is shared.
   *
   * @param master the address
   * @param workers that share a step
   * @param half whether gradients travel as half precision, what is rounded off with the next
   * @param localSteps steps that each worker does by itself before the weights are averaged; 1 for
   *     none
   */
  record Options(String master, int workers, boolean half, int localSteps) {}

  /**
   * The implementation on the class path.
   *
   * @throws UserException if there is none
   */
  static Cluster find() {
    return ServiceLoader.load(Cluster.class)
        .findFirst()
        .orElseThrow(() ->
            new UserException(
                "Spark is not on the class path; ./sot puts it there where --spark is given."));
  }

  /**
   * How many workers a master's address means; empty where it does not say.
   *
   * @throws IllegalArgumentException if it is no address: one sentence
   */
  OptionalInt workers(String master);

  /**
   * Opens pictures on a file system that all machines see.
   *
   * @param address with its scheme, as {@code hdfs://host/pictures}
   * @param validation the folder beside {@code train/} to validate on; empty for the usual ones
   * @throws DatasetException if there is nothing of the kind
   */
  DataSource open(String address, Optional<String> validation);

  /**
   * Where a training's steps are done.
   *
   * @param notes takes sentences for the user
   */
  Steps.Place place(Options options, Consumer<String> notes);
}
