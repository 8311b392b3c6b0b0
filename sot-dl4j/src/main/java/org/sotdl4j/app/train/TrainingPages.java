package org.sotdl4j.app.train;

import java.io.Closeable;
import org.sotdl4j.zoo.LayerGroups;

/**
 * Shows a training in a browser while it runs. The implementation is found as a service, because
 * its module comes on demand.
 */
public interface TrainingPages {

  /** What is shown of a run beside its steps. */
  record Run(String name, String model, LayerGroups groups) {}

  /** Pages that are being served. */
  interface Open extends TrainListener, Closeable {

    /** Where the browser finds them. */
    String address();

    @Override
    void close();
  }

  /**
   * Serves the pages of a run.
   *
   * @param port to listen on
   * @param interval steps from one that is shown to the next
   * @throws IllegalStateException if the port cannot be had
   */
  Open open(Run run, int port, int interval);
}
