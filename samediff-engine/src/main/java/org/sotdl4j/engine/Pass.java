package org.sotdl4j.engine;

/** Replaces nodes of a graph by others that compute the same faster. */
@FunctionalInterface
interface Pass {

  /** Changes the forward graph, before it is differentiated. */
  void apply(Rewriter graph);
}
