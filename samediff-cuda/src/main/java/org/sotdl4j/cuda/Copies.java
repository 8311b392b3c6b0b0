package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.value;

import java.util.Arrays;
import java.util.List;
import org.sotdl4j.cuda.Launch.Argument;
import org.sotdl4j.cuda.Launch.Blocks;

/** Copies between arrays that lay out the same box differently. */
final class Copies {

  private static final int THREADS = 256;
  private static final long BLOCKS = 8192;

  private Copies() {}

  /**
   * Copies a box of floats.
   *
   * @param from floats from the first of an array to the box's first, where it is read
   * @param to the same where it is written
   */
  private static void copy(
      Emitter emitter,
      long[] box,
      Buffer in,
      long from,
      long[] strides,
      Buffer out,
      long to,
      long[] outStrides) {
    Axes axes = Axes.of(box, strides, outStrides);
    long n = axes.count();
    emitter.launch(
        "strided_copy",
        Blocks.of(Math.clamp(Math.ceilDiv(n, THREADS), 1, BLOCKS)),
        THREADS,
        new Argument.Address(in.address() + from * Float.BYTES),
        new Argument.Address(out.address() + to * Float.BYTES),
        value(n),
        axes.argument());
  }

  /** An array with its axes in another order. */
  static void permute(Emitter emitter, long[] order, Buffer in, Buffer out) {
    long[] own = Axes.strides(in.shape());
    long[] strides =
        Arrays.stream(order).map(axis -> own[Math.floorMod(axis, own.length)]).toArray();
    copy(emitter, out.shape(), in, 0, strides, out, 0, Axes.strides(out.shape()));
  }

  /** An array with some axes the other way round. */
  static void reverse(Emitter emitter, long[] axes, Buffer in, Buffer out) {
    long[] own = Axes.strides(in.shape());
    long[] strides = own.clone();
    long first = 0;
    for (long axis : axes) {
      int i = Math.floorMod(axis, own.length);
      first += (in.shape()[i] - 1) * own[i];
      strides[i] = -own[i];
    }
    copy(emitter, in.shape(), in, first, strides, out, 0, own);
  }

  /** Joins arrays on an old or new axis, or, with the roles of the ends changed, splits one. */
  static void joint(Emitter emitter, long axis, Buffer whole, List<Buffer> parts, boolean split) {
    int at = Math.floorMod(axis, whole.rank());
    long wholeRun = whole.product(at, whole.rank());
    long first = 0;
    for (Buffer part : parts) {
      long rows = whole.product(0, at);
      long run = part.length() / rows;
      long[] box = {rows, run};
      long[] inWhole = {wholeRun, 1};
      long[] alone = {run, 1};
      if (split) {
        copy(emitter, box, whole, first, inWhole, part, 0, alone);
      } else {
        copy(emitter, box, part, 0, alone, whole, first, inWhole);
      }
      first += run;
    }
  }

  /**
   * A box out of an array.
   *
   * @param from its first index on each axis
   */
  static void slice(Emitter emitter, List<Long> from, Buffer whole, Buffer box) {
    long[] strides = Axes.strides(whole.shape());
    long[] alone = Axes.strides(box.shape());
    copy(emitter, box.shape(), whole, offset(from, strides), strides, box, 0, alone);
  }

  /** The box with zeros around it. */
  static void pad(Emitter emitter, List<Long> from, Buffer box, Buffer whole) {
    long[] strides = Axes.strides(whole.shape());
    long[] alone = Axes.strides(box.shape());
    emitter.add(new Clear(whole.address(), whole.length() * Float.BYTES));
    copy(emitter, box.shape(), box, 0, alone, whole, offset(from, strides), strides);
  }

  /** What ND4J's {@code strided_slice} takes. */
  static void slice(Emitter emitter, StridedSlice slice, Buffer whole, Buffer part) {
    long[] alone = Axes.strides(slice.box());
    copy(emitter, slice.box(), whole, slice.first(), slice.strides(), part, 0, alone);
  }

  /** Its gradient: zeros where nothing was taken. */
  static void pad(Emitter emitter, StridedSlice slice, Buffer part, Buffer whole) {
    long[] alone = Axes.strides(slice.box());
    emitter.add(new Clear(whole.address(), whole.length() * Float.BYTES));
    copy(emitter, slice.box(), part, 0, alone, whole, slice.first(), slice.strides());
  }

  private static long offset(List<Long> from, long[] strides) {
    long offset = 0;
    for (int i = 0; i < strides.length; i++) {
      offset += from.get(i) * strides[i];
    }
    return offset;
  }
}
