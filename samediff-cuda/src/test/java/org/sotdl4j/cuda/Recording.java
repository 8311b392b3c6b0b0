package org.sotdl4j.cuda;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sotdl4j.cuda.Launch.Argument;

/**
 * What a program does to a GPU, to be done again on a machine that has one but neither ND4J nor
 * Maven.
 *
 * @param name of the program
 * @param bytes of the memory that it takes; addresses in the steps count from {@link #BASE}
 * @param before what lies there before the steps
 * @param steps in their order
 * @param after what must lie there after them, in floats
 */
record Recording(String name, long bytes, List<Piece> before, List<Step> steps, List<Piece> after) {

  /** Above all other arguments, so that an address is told from a missing one. */
  static final long BASE = 1L << 40;

  /** A part of the memory. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Piece(long address, byte[] content) {}

  /** The steps for memory that lies somewhere. */
  List<Step> stepsAt(long base) {
    return steps.stream().map(step -> moved(step, base - BASE)).toList();
  }

  private static Step moved(Step step, long by) {
    return switch (step) {
      case Clear(long address, long length) -> new Clear(address + by, length);
      case Gemm(Gemm.Size size, Gemm.Side a, Gemm.Side b, long c, long bias) ->
          new Gemm(size, moved(a, by), moved(b, by), c + by, bias == 0 ? 0 : bias + by);
      case Launch(String kernel, Launch.Blocks blocks, int threads, List<Argument> arguments) ->
          new Launch(
              kernel,
              blocks,
              threads,
              arguments.stream()
                  .map(argument ->
                      argument instanceof Argument.Address(long value) && value != 0
                          ? new Argument.Address(value + by)
                          : argument)
                  .toList());
    };
  }

  private static Gemm.Side moved(Gemm.Side side, long by) {
    return new Gemm.Side(side.address() + by, side.transposed(), side.stride());
  }

  void write(DataOutputStream out) throws IOException {
    out.writeUTF(name);
    out.writeLong(bytes);
    write(before, out);
    out.writeInt(steps.size());
    for (Step step : steps) {
      write(step, out);
    }
    write(after, out);
  }

  private static void write(List<Piece> pieces, DataOutputStream out) throws IOException {
    out.writeInt(pieces.size());
    for (Piece piece : pieces) {
      out.writeLong(piece.address);
      out.writeInt(piece.content.length);
      out.write(piece.content);
    }
  }

  private static void write(Step step, DataOutputStream out) throws IOException {
    switch (step) {
      case Clear(long address, long length) -> {
        out.writeByte('C');
        out.writeLong(address);
        out.writeLong(length);
      }
      case Gemm gemm -> {
        out.writeByte('G');
        out.writeInt(gemm.size().batch());
        out.writeInt(gemm.size().m());
        out.writeInt(gemm.size().n());
        out.writeInt(gemm.size().k());
        for (Gemm.Side side : List.of(gemm.a(), gemm.b())) {
          out.writeLong(side.address());
          out.writeBoolean(side.transposed());
          out.writeLong(side.stride());
        }
        out.writeLong(gemm.c());
        out.writeLong(gemm.bias());
      }
      case Launch launch -> {
        out.writeByte('L');
        out.writeUTF(launch.kernel());
        out.writeInt(launch.blocks().x());
        out.writeInt(launch.blocks().y());
        out.writeInt(launch.blocks().z());
        out.writeInt(launch.threads());
        out.writeInt(launch.arguments().size());
        for (Argument argument : launch.arguments()) {
          write(argument, out);
        }
      }
    }
  }

  private static void write(Argument argument, DataOutputStream out) throws IOException {
    switch (argument) {
      case Argument.Address(long value) -> {
        out.writeByte('A');
        out.writeLong(value);
      }
      case Argument.Int32(int value) -> {
        out.writeByte('I');
        out.writeInt(value);
      }
      case Argument.Int64(long value) -> {
        out.writeByte('L');
        out.writeLong(value);
      }
      case Argument.Float32(float value) -> {
        out.writeByte('F');
        out.writeFloat(value);
      }
      case Argument.Struct(List<Long> values) -> {
        out.writeByte('S');
        out.writeInt(values.size());
        for (long value : values) {
          out.writeLong(value);
        }
      }
    }
  }

  static Recording read(DataInputStream in) throws IOException {
    String name = in.readUTF();
    long bytes = in.readLong();
    List<Piece> before = pieces(in);
    List<Step> steps = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      steps.add(step(in));
    }
    return new Recording(name, bytes, before, steps, pieces(in));
  }

  private static List<Piece> pieces(DataInputStream in) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      long address = in.readLong();
      pieces.add(new Piece(address, in.readNBytes(in.readInt())));
    }
    return pieces;
  }

  private static Step step(DataInputStream in) throws IOException {
    return switch (in.readByte()) {
      case 'C' -> new Clear(in.readLong(), in.readLong());
      case 'G' ->
          new Gemm(
              new Gemm.Size(in.readInt(), in.readInt(), in.readInt(), in.readInt()),
              new Gemm.Side(in.readLong(), in.readBoolean(), in.readLong()),
              new Gemm.Side(in.readLong(), in.readBoolean(), in.readLong()),
              in.readLong(),
              in.readLong());
      case 'L' -> {
        String kernel = in.readUTF();
        Launch.Blocks blocks = new Launch.Blocks(in.readInt(), in.readInt(), in.readInt());
        int threads = in.readInt();
        List<Argument> arguments = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
          arguments.add(argument(in));
        }
        yield new Launch(kernel, blocks, threads, arguments);
      }
      default -> throw new IOException("This is no recording of steps");
    };
  }

  private static Argument argument(DataInputStream in) throws IOException {
    return switch (in.readByte()) {
      case 'A' -> new Argument.Address(in.readLong());
      case 'I' -> new Argument.Int32(in.readInt());
      case 'L' -> new Argument.Int64(in.readLong());
      case 'F' -> new Argument.Float32(in.readFloat());
      case 'S' -> {
        List<Long> values = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
          values.add(in.readLong());
        }
        yield new Argument.Struct(values);
      }
      default -> throw new IOException("This is no recording of arguments");
    };
  }
}
