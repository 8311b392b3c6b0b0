package org.sotdl4j.app;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sotdl4j.app.train.TrainListener;

/** Those that watch a training, to be closed together. */
final class TrainListeners implements Closeable {

  private final List<TrainListener> listeners = new ArrayList<>();
  private final List<Closeable> open = new ArrayList<>();

  <T extends TrainListener & Closeable> TrainListeners(T first) {
    add(first);
  }

  /** Adds one; it is told what happens from now on. */
  <T extends TrainListener & Closeable> void add(T listener) {
    listeners.add(listener);
    open.add(listener);
  }

  /** All as one, also those that are added later. */
  TrainListener all() {
    return TrainListener.of(listeners);
  }

  @Override
  public void close() throws IOException {
    for (Closeable listener : open.reversed()) {
      listener.close();
    }
  }
}
