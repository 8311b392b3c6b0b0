package org.sotdl4j.engine;

import static org.sotdl4j.engine.Floats.BYTES;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How convolutions lay out a map [height, width]: padded with zeros and divided into phases, one
 * for each pixel of a square of the stride's size. Then a step of the kernel is a step of one in a
 * phase, and what the kernel sees at a place is the same for all pixels up to a shift.
 */
record Phases(int height, int width, int kernel, int stride, int padding) {

  static Phases of(Convolution c, INDArray x) {
    return new Phases((int) x.size(2), (int) x.size(3), c.kernel(), c.stride(), c.padding());
  }

  int count() {
    return stride * stride;
  }

  /** How far the kernel reaches in a phase. */
  int reach() {
    return (kernel - 1) / stride;
  }

  int phaseHeight() {
    return Math.ceilDiv(height + 2 * padding, stride);
  }

  int phaseWidth() {
    return Math.ceilDiv(width + 2 * padding, stride);
  }

  int outHeight() {
    return (height + 2 * padding - kernel) / stride + 1;
  }

  int outWidth() {
    return (width + 2 * padding - kernel) / stride + 1;
  }

  /** Bytes of the map. */
  long bytes() {
    return (long) height * width * BYTES;
  }

  /** Bytes of the output. */
  long outBytes() {
    return (long) outHeight() * outWidth() * BYTES;
  }

  /** Floats of a phase, with as many behind it as the kernel reaches over its last line. */
  int plane() {
    return phaseHeight() * phaseWidth() + reach();
  }

  /** Where a place of the kernel, which are counted line by line, begins in whole phases. */
  int place(int i) {
    return place(i / kernel, i % kernel, plane());
  }

  /** The same in phases that are so many floats apart. */
  int place(int ky, int kx, int plane) {
    return (ky % stride * stride + kx % stride) * plane + ky / stride * phaseWidth() + kx / stride;
  }

  /** Where a line of the padded map begins in the first of the whole phases that share it. */
  private int line(int y) {
    return y % stride * stride * plane() + y / stride * phaseWidth();
  }

  /**
   * Reads a map as whole phases.
   *
   * @param map its address
   * @param line memory for a line of the map
   */
  void read(long map, float[] x, int to, float[] line) {
    if (stride == 1 && padding == 0) {
      Floats.read(map, x, to, height * width);
      return;
    }
    for (int y = 0; y < phaseHeight() * stride; y++) {
      readLine(map, y - padding, x, to + line(y), plane(), line);
    }
  }

  /** Writes a map; see {@link #read}. */
  void write(long map, float[] x, float[] line) {
    for (int y = 0; y < height; y++) {
      writeLine(map, y, x, line(y + padding), plane(), line);
    }
  }

  /**
   * Reads a line of the padded map, which may be above or below the map itself.
   *
   * @param map its address
   * @param y counted from the first line of the map itself
   * @param to where the line begins in the first of the phases that share it
   * @param plane floats from a phase to the next
   * @param line memory for a line of the map
   */
  void readLine(long map, int y, float[] x, int to, int plane, float[] line) {
    boolean inside = y >= 0 && y < height;
    if (inside && stride == 1) {
      Arrays.fill(x, to, to + padding, 0);
      Floats.read(map + (long) y * width * BYTES, x, to + padding, width);
      Arrays.fill(x, to + padding + width, to + phaseWidth(), 0);
      return;
    }
    if (inside) {
      Floats.read(map + (long) y * width * BYTES, line, 0, width);
    }
    for (int phase = 0; phase < stride; phase++) {
      int at = to + phase * plane;
      for (int j = 0; j < phaseWidth(); j++) {
        int from = j * stride + phase - padding;
        x[at + j] = inside && from >= 0 && from < width ? line[from] : 0;
      }
    }
  }

  /** Writes a line of the map itself; see {@link #readLine}. */
  void writeLine(long map, int y, float[] x, int from, int plane, float[] line) {
    if (stride == 1) {
      Floats.write(x, from + padding, map + (long) y * width * BYTES, width);
      return;
    }
    for (int j = 0; j < width; j++) {
      int at = j + padding;
      line[j] = x[from + at % stride * plane + at / stride];
    }
    Floats.write(line, 0, map + (long) y * width * BYTES, width);
  }
}
