package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.address;
import static org.sotdl4j.cuda.Emitter.value;

import org.nd4j.linalg.api.buffer.DataType;

/** What is true or false, and other types than floats. */
final class Flags {

  private static final int THREADS = 256;

  private Flags() {}

  /** Whether the elements are so to a constant. */
  static void compare(Emitter emitter, String kernel, Call call) {
    Buffer x = call.x();
    if (!x.isFloat()) {
      throw new UnsupportedOperationException("it is of type %s".formatted(x.type()));
    }
    emitter.launch(
        kernel,
        Windows.blocks(x.length()),
        THREADS,
        address(x),
        value((float) call.scalar()),
        address(call.target()),
        value(x.length()));
  }

  static void cast(Emitter emitter, Call call) {
    Buffer x = call.x();
    if (!call.target().isFloat()) {
      throw new UnsupportedOperationException("it makes %s".formatted(call.target().type()));
    }
    emitter.launch(
        kernel(x.type()),
        Windows.blocks(x.length()),
        THREADS,
        address(x),
        address(call.target()),
        value(x.length()));
  }

  private static String kernel(DataType type) {
    return switch (type) {
      case BOOL -> "cast_bool";
      case INT -> "cast_int";
      case LONG -> "cast_long";
      default -> throw new UnsupportedOperationException("it takes %s".formatted(type));
    };
  }
}
