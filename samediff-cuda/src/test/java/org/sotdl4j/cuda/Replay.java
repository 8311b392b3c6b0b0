package org.sotdl4j.cuda;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Does on a GPU what was recorded elsewhere, compares the results, and measures. Needs nothing but
 * a JRE and CUDA. Without recorded memory a recording is for measuring alone.
 */
final class Replay {

  private static final double TOLERANCE = 1e-4;

  /** Floats that are copied at once. */
  private static final int PART = 1 << 24;

  private final Gpu gpu;
  private final int runs;

  /**
   * @param runs of which to tell the median
   */
  Replay(Gpu gpu, int runs) {
    this.gpu = gpu;
    this.runs = runs;
  }

  /**
   * Runs all recordings of a folder on the GPU 0, a line each.
   *
   * @param arguments the folder, and the number of runs to measure
   */
  public static void main(String[] arguments) throws IOException {
    try (Gpu gpu = open()) {
      System.exit(
          run(new Replay(gpu, Integer.parseInt(arguments[1])), Path.of(arguments[0])) ? 0 : 1);
    } catch (CudaException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static Gpu open() {
    return new CudaGpu(
        Driver.find().orElseThrow(() -> new CudaException(CudaProvider.NO_DRIVER)),
        Nvrtc.find().orElseThrow(() -> new CudaException(CudaProvider.NO_COMPILER)),
        CublasLt.library().orElseThrow(() -> new CudaException(CudaProvider.NO_PRODUCTS)),
        0);
  }

  private static boolean run(Replay replay, Path folder) throws IOException {
    boolean isWell = true;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".steps")).sorted().toList()) {
        String verdict = replay.run(read(file));
        System.out.println(verdict);
        isWell &= verdict.startsWith("ok");
      }
    }
    return isWell;
  }

  static Recording read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file))))) {
      return Recording.read(in);
    }
  }

  /** One line: whether the results are the recorded ones, and the median of some runs. */
  String run(Recording recording) {
    long base = gpu.allocate(recording.bytes());
    try (Arena arena = Arena.ofConfined()) {
      if (base == 0) {
        return "FAILED %s: no %d bytes are free".formatted(recording.name(), recording.bytes());
      }
      List<Runnable> steps =
          recording.stepsAt(base).stream().map(step -> gpu.prepare(step, arena)).toList();
      long offset = base - Recording.BASE;
      if (recording.before().isEmpty()) {
        fill(base, recording.bytes());
      }
      for (Recording.Piece piece : recording.before()) {
        gpu.upload(
            arena.allocateFrom(ValueLayout.JAVA_BYTE, piece.content()), piece.address() + offset);
      }
      steps.forEach(Runnable::run);
      double worst = 0;
      for (Recording.Piece piece : recording.after()) {
        MemorySegment actual = arena.allocate(piece.content().length, Float.BYTES);
        gpu.download(piece.address() + offset, actual);
        gpu.synchronize();
        worst = Math.max(worst, difference(actual, MemorySegment.ofArray(piece.content())));
      }
      boolean isClose = worst <= TOLERANCE; // a NaN is not
      return "%s %s: %d arrays, largest difference %.2g; %d steps, %.3f ms, as one %.3f ms"
          .formatted(
              isClose ? "ok" : "FAILED",
              recording.name(),
              recording.after().size(),
              worst,
              steps.size(),
              median(() -> steps.forEach(Runnable::run)),
              median(gpu.together(steps, arena)));
    } catch (RuntimeException e) {
      return "FAILED %s: %s".formatted(recording.name(), e.getMessage());
    } finally {
      if (base != 0) {
        gpu.free(base);
      }
    }
  }

  /** Fills memory with small numbers of all kinds: products of zeros would be too fast. */
  private void fill(long base, long bytes) {
    float[] values = new float[PART];
    Random random = new Random(1);
    for (int i = 0; i < PART; i++) {
      values[i] = 0.1f * (random.nextFloat() - 0.5f);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment part = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
      for (long at = 0; at < bytes; at += part.byteSize()) {
        gpu.upload(part.asSlice(0, Math.min(part.byteSize(), bytes - at)), base + at);
      }
      gpu.synchronize();
    }
  }

  /** The largest difference of two arrays of floats, as a share of the largest number. */
  private static double difference(MemorySegment actual, MemorySegment expected) {
    double largest = 1e-3;
    double difference = 0;
    for (long at = 0; at < actual.byteSize(); at += Float.BYTES) {
      float right = expected.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
      double error = Math.abs(actual.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at) - right);
      largest = Math.max(largest, Math.abs(right));
      difference = Double.isNaN(error) ? Double.NaN : Math.max(difference, error);
    }
    return difference / largest;
  }

  /** The median time of some runs, in milliseconds. */
  private double median(Runnable work) {
    double[] times = new double[runs];
    for (int i = 0; i < runs; i++) {
      gpu.synchronize();
      long start = System.nanoTime();
      work.run();
      gpu.synchronize();
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(times);
    return times[runs / 2];
  }
}
