package org.sotdl4j.cuda;

import static org.sotdl4j.cuda.Emitter.address;
import static org.sotdl4j.cuda.Emitter.value;

import org.sotdl4j.cuda.Launch.Blocks;

/** What is laid out from windows over maps, and pooled from them. */
final class Windows {

  private static final int THREADS = 256;
  private static final long BLOCKS = 65536;

  private Windows() {}

  static Blocks blocks(long n) {
    return Blocks.of(Math.clamp(Math.ceilDiv(n, THREADS), 1, BLOCKS));
  }

  /** Lays out the windows over maps [B, C, H, W] as columns [B, C, k, k, h, w]. */
  static void columns(Emitter emitter, Window window, Buffer maps, Buffer columns) {
    run(emitter, "im2col", window, maps, columns, columns, maps, columns);
  }

  /** The other way round: adds up what the windows say about a pixel. */
  static void maps(Emitter emitter, Window window, Buffer columns, Buffer maps) {
    run(emitter, "col2im", window, maps, columns, maps, columns, maps);
  }

  /**
   * A pool of maps [B, C, H, W].
   *
   * @param kernel max_pool or avg_pool
   */
  static void pool(Emitter emitter, String kernel, Window window, Buffer maps, Buffer out) {
    run(emitter, kernel, window, maps, out, out, maps, out);
  }

  /**
   * From x and the upstream gradient g.
   *
   * @param kernel max_pool_bp or avg_pool_bp
   */
  static void poolGradient(
      Emitter emitter, String kernel, Window window, Buffer x, Buffer g, Buffer out) {
    run(emitter, kernel, window, x, g, out, g, x, out);
  }

  /** A thread for each element of {@code filled}, which is the last argument's size. */
  private static void run(
      Emitter emitter,
      String kernel,
      Window window,
      Buffer maps,
      Buffer windows,
      Buffer filled,
      Buffer... arguments) {
    Launch.Argument[] all = new Launch.Argument[arguments.length + 2];
    for (int i = 0; i < arguments.length; i++) {
      all[i] = address(arguments[i]);
    }
    all[arguments.length] = value(filled.length());
    all[arguments.length + 1] = window.sizes(maps, windows);
    emitter.launch(kernel, blocks(filled.length()), THREADS, all);
  }
}
