package org.sotdl4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A kernel's arguments as CUDA takes them: an array of pointers to their values. */
final class Arguments {

  private Arguments() {}

  static MemorySegment of(List<Launch.Argument> arguments, Arena arena) {
    MemorySegment pointers = arena.allocate(ADDRESS, arguments.size());
    for (int i = 0; i < arguments.size(); i++) {
      pointers.setAtIndex(ADDRESS, i, value(arguments.get(i), arena));
    }
    return pointers;
  }

  private static MemorySegment value(Launch.Argument argument, Arena arena) {
    return switch (argument) {
      case Launch.Argument.Address(long value) -> arena.allocateFrom(JAVA_LONG, value);
      case Launch.Argument.Int32(int value) -> arena.allocateFrom(JAVA_INT, value);
      case Launch.Argument.Int64(long value) -> arena.allocateFrom(JAVA_LONG, value);
      case Launch.Argument.Float32(float value) -> arena.allocateFrom(JAVA_FLOAT, value);
      case Launch.Argument.Struct(List<Long> values) ->
          arena.allocateFrom(JAVA_LONG, values.stream().mapToLong(Long::longValue).toArray());
    };
  }
}
