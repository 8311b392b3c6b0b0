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

  /**
   * A table that is wanted of many pictures.
   *
   * @param pictures a folder or a file, on this machine or with a scheme
   * @param out the folder of the table's files, which does not exist yet
   * @param topK classes that are named
   * @param probabilities whether those of all classes are wanted
   * @param embedding whether {@link org.sotdl4j.app.predict.SotPredictor#embedding} is wanted
   */
  record Table(String pictures, String out, int topK, boolean probabilities, boolean embedding) {}

  /** How many pictures a table has, and how many of them cannot be read. */
  record Counts(long pictures, long broken) {}

  /**
   * Writes what a model says of pictures as Parquet.
   *
   * @throws UserException if there are none, or the folder exists
   */
  Counts write(String master, SavedModel model, Table table);
}
