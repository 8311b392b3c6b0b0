package org.sotdl4j.app.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;

/** The charts of the report as a picture for those who look at a training without its page. */
public final class HistoryImage {

  /** Height of a chart's title with its legend. */
  private static final int TITLE = 28;

  /** Pixels of one of a chart's, for sharp lines. */
  private static final int SCALE = 2;

  /** Those of the page. */
  private static final Map<String, Color> HUES =
      Map.of(
          "train", new Color(0xd55e00),
          "val", new Color(0x0072b2),
          "top5", new Color(0x009e73),
          "rate", new Color(0x7f7f7f));

  private HistoryImage() {}

  /**
   * Draws the charts side by side.
   *
   * @param epochs at least one
   */
  public static BufferedImage of(List<EpochMetrics> epochs) {
    List<Chart> charts =
        new EpochsSection(epochs, List.of())
            .charts().stream().filter(c -> !c.drawn().isEmpty()).toList();
    BufferedImage image =
        new BufferedImage(
            SCALE * Plot.WIDTH * charts.size(),
            SCALE * (TITLE + Plot.HEIGHT),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.scale(SCALE, SCALE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    for (Chart chart : charts) {
      draw(g, chart);
      g.translate(Plot.WIDTH, 0);
    }
    g.dispose();
    return image;
  }

  private static void draw(Graphics2D page, Chart chart) {
    Graphics2D g = (Graphics2D) page.create();
    Plot plot = chart.plot();
    g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 12));
    g.setColor(Color.BLACK);
    int x = Plot.LEFT;
    g.drawString(chart.title(), x, 18);
    x += g.getFontMetrics().stringWidth(chart.title());
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    for (Curve curve : plot.curves()) {
      g.setColor(HUES.get(curve.hue()));
      g.drawString(curve.name(), x + 12, 18);
      x += 12 + g.getFontMetrics().stringWidth(curve.name());
    }
    g.translate(0, TITLE);
    plot.vertical()
        .ticks()
        .forEach(value -> {
          g.setColor(Color.LIGHT_GRAY);
          g.draw(new Line2D.Double(Plot.LEFT, plot.y(value), Plot.RIGHT, plot.y(value)));
          g.setColor(Color.DARK_GRAY);
          String text = plot.number().apply(value);
          int left = Plot.LEFT - 6 - g.getFontMetrics().stringWidth(text);
          g.drawString(text, left, (float) plot.y(value) + 4);
        });
    plot.ticks()
        .forEach(epoch -> {
          String text = String.valueOf(epoch);
          float half = g.getFontMetrics().stringWidth(text) / 2f;
          g.drawString(text, (float) plot.x(epoch) - half, Plot.HEIGHT - 8);
        });
    g.setStroke(new BasicStroke(1.5f));
    for (Curve curve : plot.curves()) {
      g.setColor(HUES.get(curve.hue()));
      line(g, plot, curve);
    }
    g.dispose();
  }

  /** A line through the values with a dot at each, with a gap where there is none. */
  private static void line(Graphics2D g, Plot plot, Curve curve) {
    Path2D path = new Path2D.Double();
    boolean connected = false;
    for (Curve.Point point : curve.points()) {
      if (point.isDrawn()) {
        double x = plot.x(point.x());
        double y = plot.y(point.y());
        if (connected) {
          path.lineTo(x, y);
        } else {
          path.moveTo(x, y);
        }
        g.fill(new Ellipse2D.Double(x - 2, y - 2, 4, 4));
      }
      connected = point.isDrawn();
    }
    g.draw(path);
  }
}
