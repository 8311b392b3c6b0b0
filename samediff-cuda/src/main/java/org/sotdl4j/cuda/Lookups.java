package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.address;
import static org.sotdl4j.cuda.Emitter.value;

import java.util.List;
import org.sotdl4j.cuda.Launch.Blocks;

/** Rows of a table [rows, width] by whole numbers; a number outside gives zeros. */
final class Lookups {

  private static final int THREADS = 128;

  private Lookups() {}

  /** From numbers and table. */
  static void forward(Emitter emitter, List<Buffer> in, Buffer out) {
    Buffer table = in.get(1);
    emitter.launch(
        "lookup",
        Blocks.of(in.getFirst().length()),
        THREADS,
        address(in.getFirst()),
        address(table),
        address(out),
        value(table.size(0)),
        value(table.size(1)));
  }

  /** From the upstream gradient and the numbers: the gradient by the table. */
  static void backward(Emitter emitter, Buffer g, Buffer numbers, Buffer out) {
    emitter.launch(
        "lookup_bp",
        Blocks.of(out.size(0)),
        THREADS,
        address(g),
        address(numbers),
        address(out),
        value(Math.toIntExact(numbers.length())),
        value(out.size(1)));
  }
}
