package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.address;
import static org.sotdl4j.cuda.Emitter.value;

import org.nd4j.linalg.api.buffer.DataType;

/** Ops on whole numbers and on what is true or false. */
final class Types {

  private static final int THREADS = 256;

  private Types() {}

  /**
   * Whether the elements are so to a constant.
   *
   * @param type of the elements that the kernel takes
   */
  static void compare(Emitter emitter, String kernel, DataType type, Call call) {
    Buffer x = call.x();
    require(x, type);
    emitter.launch(
        kernel,
        Windows.blocks(x.length()),
        THREADS,
        address(x),
        value((float) call.scalar()),
        address(call.target()),
        value(x.length()));
  }

  private static void require(Buffer x, DataType type) {
    if (x.type() != type) {
      throw new UnsupportedOperationException("it takes %s".formatted(x.type()));
    }
  }

  /** One-hot rows of whole numbers, on a new last axis. */
  static void oneHot(Emitter emitter, Call call) {
    Buffer out = call.target();
    require(call.x(), DataType.INT32);
    require(out, DataType.FLOAT);
    long axis = call.integers()[0];
    if (axis != -1 && axis != out.rank() - 1) {
      throw new UnsupportedOperationException("its axis %d is not the last".formatted(axis));
    }
    emitter.launch(
        "one_hot",
        Windows.blocks(out.length()),
        THREADS,
        address(call.x()),
        address(out),
        value(out.length()),
        value(out.size(-1)),
        value((float) call.real(0)),
        value((float) call.real(1)));
  }

  static void cast(Emitter emitter, Call call) {
    Buffer x = call.x();
    emitter.launch(
        kernel(x.type(), call.target().type()),
        Windows.blocks(x.length()),
        THREADS,
        address(x),
        address(call.target()),
        value(x.length()));
  }

  private static String kernel(DataType from, DataType to) {
    if (from == DataType.FLOAT && to == DataType.INT32) {
      return "cast_to_int";
    }
    if (to != DataType.FLOAT) {
      throw new UnsupportedOperationException("it makes %s of %s".formatted(to, from));
    }
    return switch (from) {
      case BOOL -> "cast_bool";
      case INT -> "cast_int";
      case LONG -> "cast_long";
      default -> throw new UnsupportedOperationException("it takes %s".formatted(from));
    };
  }
}
