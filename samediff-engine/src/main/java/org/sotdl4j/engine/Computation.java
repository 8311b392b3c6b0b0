package org.sotdl4j.engine;

/**
 * What a {@link Task} computes: an op of the graph ({@link NativeOperation}) or one of this
 * package's other records, which a {@link Backend} tells apart by their types.
 */
public interface Computation {

  /** The name in a profile. */
  String name();
}
