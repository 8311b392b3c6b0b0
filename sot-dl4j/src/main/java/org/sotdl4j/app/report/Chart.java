package org.sotdl4j.app.report;

import static java.util.stream.Collectors.joining;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.DoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Curves over the epochs, drawn by XChart. Title and legend are text of the page, so the picture
 * holds the lines and axes only; it exists for the light and for the dark page.
 *
 * @param title what is drawn
 * @param tick how a value of the vertical axis is written
 */
record Chart(String title, DoubleFunction<String> tick, List<Curve> curves) {

  private static final int WIDTH = 400;
  private static final int HEIGHT = 250;

  /** Pixels of the picture per pixel of the page, for screens of high resolution. */
  private static final int SCALE = 2;

  /** With more epochs the points of a line would touch. */
  private static final int MOST_POINTS = 30;

  static {
    // With a DISPLAY that is gone (a closed SSH session) AWT would fail to start.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  /** The figure, or nothing where no curve has a value. */
  String html(List<EpochMetrics> epochs) {
    List<Curve> drawn =
        curves.stream().filter(c -> epochs.stream().anyMatch(e -> !Double.isNaN(c.at(e)))).toList();
    if (drawn.isEmpty()) {
      return "";
    }
    return """
    <figure class="chart">
    <figcaption><strong>%s</strong> %s</figcaption>
    <picture><source media="(prefers-color-scheme: dark)" srcset="%s"/><img src="%s" width="%s" height="%s" alt="%s over the epochs"/></picture>
    </figure>
    """
        .formatted(
            title,
            drawn.stream()
                .map(c ->
                    "<span class=\"key\" style=\"--hue: var(%s)\">%s</span>"
                        .formatted(c.hue().variable(), c.name()))
                .collect(joining(" ")),
            Png.address(paint(epochs, drawn, Hue.Ground.DARK)),
            Png.address(paint(epochs, drawn, Hue.Ground.LIGHT)),
            WIDTH,
            HEIGHT,
            title);
  }

  private BufferedImage paint(List<EpochMetrics> epochs, List<Curve> drawn, Hue.Ground ground) {
    var chart = new XYChart(WIDTH, HEIGHT);
    style(chart.getStyler(), ground);
    double[] x = epochs.stream().mapToDouble(EpochMetrics::epoch).toArray();
    for (Curve curve : drawn) {
      XYSeries series =
          chart.addSeries(curve.name(), x, epochs.stream().mapToDouble(curve::at).toArray());
      Color color = curve.hue().on(ground);
      series.setLineColor(color).setLineWidth(2);
      series.setMarkerColor(color);
      series.setMarker(epochs.size() > MOST_POINTS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    }
    var image = new BufferedImage(SCALE * WIDTH, SCALE * HEIGHT, BufferedImage.TYPE_INT_RGB);
    var graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    chart.paint(graphics, WIDTH, HEIGHT);
    graphics.dispose();
    return image;
  }

  private void style(XYStyler styler, Hue.Ground ground) {
    Color none = new Color(0, true);
    styler.setLegendVisible(false);
    styler.setChartTitleVisible(false);
    styler.setChartBackgroundColor(Hue.GROUND.on(ground)).setPlotBackgroundColor(none);
    styler.setPlotBorderVisible(false).setChartPadding(2);
    styler
        .setAxisTitlesVisible(false)
        .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setAxisTickLabelsColor(Hue.MUTED.on(ground))
        .setAxisTicksMarksVisible(false)
        .setAxisTicksLineVisible(false)
        .setPlotGridVerticalLinesVisible(false)
        .setPlotGridLinesColor(Hue.LINE.on(ground))
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setPlotMargin(0)
        .setYAxisTickMarkSpacingHint(40)
        .setXAxisTickMarkSpacingHint(40)
        .setXAxisTickLabelsFormattingFunction(x -> x == Math.rint(x) ? Numbers.whole(x) : "")
        .setYAxisTickLabelsFormattingFunction(tick::apply);
    styler.setMarkerSize(5);
  }
}
