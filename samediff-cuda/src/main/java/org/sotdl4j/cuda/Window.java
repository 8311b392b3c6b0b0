package org.sotdl4j.cuda;

import java.util.Arrays;
import java.util.List;
import org.sotdl4j.cuda.Launch.Argument;
import org.sotdl4j.engine.Convolution;

/** A square window that moves over maps. */
record Window(int kernel, int stride, int padding) {

  static Window of(Convolution convolution) {
    return new Window(convolution.kernel(), convolution.stride(), convolution.padding());
  }

  /**
   * What the settings of one of ND4J's ops begin with: kernel, stride, padding and dilation on both
   * axes, and the mode.
   *
   * @throws UnsupportedOperationException if the window is not square, or has gaps
   */
  static Window of(long[] s) {
    boolean isSquare = s[0] == s[1] && s[2] == s[3] && s[4] == s[5];
    if (!isSquare || s[6] != 1 || s[7] != 1 || s[8] != 0) {
      throw new UnsupportedOperationException(
          "windows with the settings %s are not square or have gaps".formatted(Arrays.toString(s)));
    }
    return new Window((int) s[0], (int) s[2], (int) s[4]);
  }

  int taps() {
    return kernel * kernel;
  }

  /** Whether each window is one pixel, in order. */
  boolean isPointwise() {
    return kernel == 1 && stride == 1 && padding == 0;
  }

  /**
   * The sizes that kernels are given.
   *
   * @param maps [B, C, H, W]
   * @param windows [..., h, w], what the windows are placed on
   */
  Argument sizes(Buffer maps, Buffer windows) {
    return new Argument.Struct(
        List.of(
            (long) kernel,
            (long) stride,
            (long) padding,
            (long) maps.size(-2),
            (long) maps.size(-1),
            (long) windows.size(-2),
            (long) windows.size(-1)));
  }
}
