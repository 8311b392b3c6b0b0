package org.sotdl4j.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Memory for as many threads as use it at the same time. */
final class Scratch<S> {

  private final Queue<S> idle = new ConcurrentLinkedQueue<>();
  private final Supplier<S> fresh;

  /** What a thread needs is made when a thread comes for which there is none. */
  Scratch(Supplier<S> fresh) {
    this.fresh = fresh;
  }

  /** Does something with memory that nobody else uses meanwhile; its contents are arbitrary. */
  void use(Consumer<S> body) {
    S found = idle.poll();
    S scratch = found == null ? fresh.get() : found;
    body.accept(scratch);
    idle.add(scratch);
  }
}
