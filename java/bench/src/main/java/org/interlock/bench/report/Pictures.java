package org.interlock.bench.report;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.interlock.bench.harness.Figures;
import org.interlock.bench.harness.Result;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Unit;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Bars of a row's medians, and curves of its latencies, as SVG. */
final class Pictures {
  private static final int WIDTH = 760;
  private static final int HEIGHT_OF_CURVES = 360;
  private static final int HEIGHT_OF_A_BAR = 32;
  private static final int HEIGHT_OF_THE_REST = 90;

  /** From such a ratio on the smallest bar would be invisible beside the largest. */
  private static final double WIDE = 20;

  /** For the number behind the longest bar. */
  private static final double MARGIN = 6;

  private static final Color BLUE = new Color(0x2b, 0x6c, 0xb0);
  private static final List<Color> COLORS =
      List.of(
          BLUE,
          new Color(0xc0, 0x56, 0x21),
          new Color(0x2f, 0x85, 0x5a),
          new Color(0x6b, 0x46, 0xc1));

  private Pictures() {}

  /** Bars for the row; the file's name, or nothing if there are not two to compare. */
  static Optional<String> bars(Result result, Path directory) throws IOException {
    List<Figures> there = result.figures().stream().filter(Figures::isThere).toList();
    if (there.size() < 2) {
      return Optional.empty();
    }
    Row row = result.row();
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    there.forEach(
        some -> data.addValue(row.unit().shown(some.median()), row.title(), some.contender()));
    JFreeChart chart =
        ChartFactory.createBarChart(
            row.title(),
            null,
            row.unit().symbol(),
            data,
            PlotOrientation.HORIZONTAL,
            false,
            false,
            false);
    CategoryPlot plot = chart.getCategoryPlot();
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    BarRenderer renderer = (BarRenderer) plot.getRenderer();
    renderer.setBarPainter(new StandardBarPainter());
    renderer.setShadowVisible(false);
    renderer.setSeriesPaint(0, BLUE);
    renderer.setDefaultItemLabelGenerator(
        new StandardCategoryItemLabelGenerator("{2}", new DecimalFormat("#,##0.##")));
    renderer.setDefaultItemLabelsVisible(true);
    double least = there.stream().mapToDouble(Figures::median).min().orElseThrow();
    double most = there.stream().mapToDouble(Figures::median).max().orElseThrow();
    if (least > 0 && most / least > WIDE) {
      double foot = row.unit().shown(least) / 2;
      LogAxis axis = logarithmic(row.unit().symbol());
      plot.setRangeAxis(axis);
      renderer.setBase(foot);
      axis.setRange(foot, row.unit().shown(most) * MARGIN);
    } else {
      plot.getRangeAxis().setUpperMargin(0.15); // for the number behind the longest bar
    }
    int height = HEIGHT_OF_THE_REST + HEIGHT_OF_A_BAR * there.size();
    return Optional.of(save(chart, height, directory, row.name()));
  }

  /** Latencies by percentile; nothing if none were taken. */
  static Optional<String> curves(Result result, Path directory) throws IOException {
    Row row = result.row();
    XYSeriesCollection data = new XYSeriesCollection();
    for (Figures figures : result.figures()) {
      Histogram latencies = figures.latencies();
      if (latencies != null && latencies.getTotalCount() > 1) {
        data.addSeries(curve(figures.contender(), row.unit(), latencies));
      }
    }
    if (data.getSeriesCount() == 0) {
      return Optional.empty();
    }
    JFreeChart chart =
        ChartFactory.createXYLineChart(row.title() + ": latencies", null, null, data);
    XYPlot plot = chart.getXYPlot();
    plot.setBackgroundPaint(Color.WHITE);
    plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    plot.setDomainAxis(logarithmic("one of so many takes longer"));
    plot.setRangeAxis(logarithmic(row.unit().symbol()));
    for (int i = 0; i < data.getSeriesCount(); i++) {
      plot.getRenderer().setSeriesStroke(i, new BasicStroke(2));
      plot.getRenderer().setSeriesPaint(i, COLORS.get(i % COLORS.size()));
    }
    return Optional.of(save(chart, HEIGHT_OF_CURVES, directory, row.name() + "-latencies"));
  }

  private static XYSeries curve(String name, Unit unit, Histogram latencies) {
    XYSeries curve = new XYSeries(name);
    double rarest = Math.min(10_000, latencies.getTotalCount());
    for (double oneOf = 1.25; oneOf <= rarest; oneOf *= 1.25) {
      long nanos = latencies.getValueAtPercentile(100 - 100 / oneOf);
      curve.add(oneOf, unit.ofNanos((double) Math.max(1, nanos)));
    }
    return curve;
  }

  private static LogAxis logarithmic(String label) {
    LogAxis axis = new LogAxis(label);
    axis.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
    axis.setNumberFormatOverride(new DecimalFormat("#,##0.###"));
    return axis;
  }

  private static String save(JFreeChart chart, int height, Path directory, String name)
      throws IOException {
    Files.createDirectories(directory);
    String file = name + ".svg";
    chart.setBackgroundPaint(Color.WHITE);
    VectorGraphics2D drawing = new VectorGraphics2D();
    chart.draw(drawing, new Rectangle2D.Double(0, 0, WIDTH, height));
    try (OutputStream out = Files.newOutputStream(directory.resolve(file))) {
      Processors.get("svg")
          .getDocument(drawing.getCommands(), new PageSize(0, 0, WIDTH, height))
          .writeTo(out);
    }
    return file;
  }
}
