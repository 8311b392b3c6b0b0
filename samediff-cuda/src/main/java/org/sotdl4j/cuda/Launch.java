package org.sotdl4j.cuda;

import java.util.List;

/**
 * A launch of a kernel.
 *
 * @param kernel its name in one of the {@link Units}
 * @param blocks of threads, on the axes x, y and z
 * @param threads of a block
 */
record Launch(String kernel, Blocks blocks, int threads, List<Argument> arguments) implements Step {

  /** How many blocks of threads there are on each axis. */
  record Blocks(int x, int y, int z) {

    static Blocks of(long x) {
      return new Blocks(Math.toIntExact(x), 1, 1);
    }
  }

  /** What a kernel is given. */
  sealed interface Argument {

    /** A pointer. */
    record Address(long value) implements Argument {}

    /** An {@code int}. */
    record Int32(int value) implements Argument {}

    /** A {@code long long}. */
    record Int64(long value) implements Argument {}

    /** A {@code float}. */
    record Float32(float value) implements Argument {}

    /** A structure of {@code long long}. */
    record Struct(List<Long> values) implements Argument {}
  }
}
