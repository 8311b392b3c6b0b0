package org.sotdl4j.app.report;

/** How the values of a chart are written, in a picture by Java and in a page by the browser. */
public enum NumberStyle {
  /** As {@code 0.6931}. */
  DECIMAL("decimal", "standard", 4),
  /** As {@code 92.5%}. */
  PERCENT("percent", "standard", 2),
  /** As {@code 1,234}. */
  WHOLE("decimal", "standard", 0),
  /** As {@code 2.5e-4}. */
  SCIENTIFIC("decimal", "scientific", 2);

  private final String style;
  private final String notation;
  private final int digits;

  NumberStyle(String style, String notation, int digits) {
    this.style = style;
    this.notation = notation;
    this.digits = digits;
  }

  /** Options of JavaScript's {@code Intl.NumberFormat}. */
  record Options(String style, String notation, int maximumFractionDigits) {}

  Options options() {
    return new Options(style, notation, digits);
  }

  String text(double value) {
    return switch (this) {
      case DECIMAL -> Numbers.format("0.####", value);
      case PERCENT -> Numbers.shortPercent(value);
      case WHOLE -> Numbers.whole(value);
      case SCIENTIFIC -> Numbers.learningRate(value);
    };
  }
}
