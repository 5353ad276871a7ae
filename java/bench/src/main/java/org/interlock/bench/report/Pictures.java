package org.interlock.bench.report;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.interlock.bench.harness.Figures;
import org.interlock.bench.harness.Result;
import org.interlock.bench.harness.Row;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Bars of a row's medians, and curves of its latencies, as SVG. */
final class Pictures {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 360;

  private Pictures() {}

  /** Bars for the row; the file's name, or nothing if there are not two to compare. */
  static Optional<String> bars(Result result, Path directory) throws IOException {
    List<Figures> there = result.figures().stream().filter(Figures::isThere).toList();
    if (there.size() < 2) {
      return Optional.empty();
    }
    Row row = result.row();
    double scale = row.unit().shown(1);
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(row.title())
            .yAxisTitle(row.unit().symbol())
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setYAxisLogarithmic(isWide(there));
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setXAxisLabelRotation(20);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setSeriesColors(new Color[] {new Color(0x2b, 0x6c, 0xb0)});
    chart.addSeries(
        row.name(),
        there.stream().map(Figures::contender).toList(),
        there.stream().map(figures -> figures.median() * scale).toList());
    return Optional.of(save(chart, directory, row.name()));
  }

  /** Latencies by percentile; nothing if none were taken. */
  static Optional<String> curves(Result result, Path directory) throws IOException {
    Row row = result.row();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(row.title() + ": latencies")
            .xAxisTitle("1 of so many takes longer")
            .yAxisTitle("µs")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    for (Figures figures : result.figures()) {
      Histogram latencies = figures.latencies();
      if (latencies != null && latencies.getTotalCount() > 1) {
        addCurve(chart, figures.contender(), latencies);
      }
    }
    return chart.getSeriesCollection().isEmpty()
        ? Optional.empty()
        : Optional.of(save(chart, directory, row.name() + "-latencies"));
  }

  private static void addCurve(XYChart chart, String name, Histogram latencies) {
    List<Double> oneOf = new ArrayList<>();
    List<Double> micros = new ArrayList<>();
    double most = Math.min(10_000, latencies.getTotalCount());
    for (double n = 1.25; n <= most; n *= 1.25) {
      oneOf.add(n);
      micros.add(Math.max(1, latencies.getValueAtPercentile(100 - 100 / n)) / 1000.0);
    }
    if (!oneOf.isEmpty()) {
      chart.addSeries(name, oneOf, micros).setMarker(SeriesMarkers.NONE);
    }
  }

  /** Whether the smallest would be invisible beside the largest. */
  private static boolean isWide(List<Figures> there) {
    double least = there.stream().mapToDouble(Figures::median).min().orElse(1);
    double most = there.stream().mapToDouble(Figures::median).max().orElse(1);
    return least > 0 && most / least > 20;
  }

  private static String save(Chart<?, ?> chart, Path directory, String name) throws IOException {
    Files.createDirectories(directory);
    String file = name + ".svg";
    VectorGraphics2D drawing = new VectorGraphics2D();
    chart.paint(drawing, WIDTH, HEIGHT);
    try (OutputStream out = Files.newOutputStream(directory.resolve(file))) {
      Processors.get("svg")
          .getDocument(drawing.getCommands(), new PageSize(0, 0, WIDTH, HEIGHT))
          .writeTo(out);
    }
    return file;
  }
}
