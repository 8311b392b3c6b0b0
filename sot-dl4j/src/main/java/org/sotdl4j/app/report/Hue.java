package org.sotdl4j.app.report;

import java.awt.Color;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The colours of the page and of its charts, on light and on dark ground. Those of the curves are
 * from the palette of Okabe and Ito, which people with any kind of colour blindness can tell apart,
 * and lighter on the dark ground.
 */
enum Hue {
  /** Behind everything. */
  GROUND(0xffffff, 0x14181d),
  /** Behind what stands out a little. */
  RAISED(0xf4f6f8, 0x1d232a),
  /** Lines and grids. */
  LINE(0xe2e6ea, 0x2e363f),
  /** Text of less weight. */
  MUTED(0x5d6876, 0x9aa5b1),
  /** Text. */
  INK(0x1a222d, 0xe4e8ed),
  /** Training curves; mistakes. */
  TRAIN(0xd55e00, 0xf0954a),
  /** Validation curves; right answers. */
  VAL(0x0072b2, 0x56b4e9),
  /** The top-5 curve. */
  TOP5(0x009e73, 0x3cc8a0);

  private final Color light;
  private final Color dark;

  Hue(int light, int dark) {
    this.light = new Color(light);
    this.dark = new Color(dark);
  }

  Color on(Ground ground) {
    return switch (ground) {
      case LIGHT -> light;
      case DARK -> dark;
    };
  }

  /** The name of its CSS variable, such as {@code --ground}. */
  String variable() {
    return "--" + name().toLowerCase(Locale.ROOT);
  }

  /** All of them as declarations of CSS variables. */
  static String css(Ground ground) {
    return Arrays.stream(values())
        .map(h -> "%s: #%06x;".formatted(h.variable(), h.on(ground).getRGB() & 0xffffff))
        .collect(Collectors.joining(" "));
  }

  /** What the reader's device prefers. */
  enum Ground {
    LIGHT,
    DARK
  }
}
