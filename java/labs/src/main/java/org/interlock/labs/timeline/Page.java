package org.interlock.labs.timeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.interlock.labs.timeline.Picture.Arrow;
import org.interlock.labs.timeline.Picture.Bar;
import org.interlock.labs.timeline.Picture.End;
import org.interlock.labs.timeline.Picture.Kind;
import org.interlock.labs.timeline.Picture.Mark;
import org.interlock.labs.timeline.Picture.Row;

/**
 * Draws a picture as one page of HTML that needs nothing else: an SVG whose shapes carry their
 * details as titles. It is complete without its script, which only shows details faster and makes
 * an object's other bars stand out.
 */
final class Page {
  private static final int LEFT = 170;
  private static final int TOP = 34;
  private static final int WIDTH = 1000;
  private static final int ROW = 46;
  private static final int MIDDLE = 14; // of the bars of waiting and working, from the row's top
  private static final int BAR = 16;
  private static final int HOLD_TOP = 25;
  private static final int HOLD = 7;
  private static final double THINNEST = 1.5;
  private static final int LETTER = 7; // wider than those of a call are
  private static final int TICKS = 10;
  private static final int MANY_ARROWS = 20; // they are drawn paler

  private final Picture picture;
  private final Terms terms;
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter svg;

  private Page(Picture picture, Terms terms) throws XMLStreamException {
    this.picture = picture;
    this.terms = terms;
    this.svg = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
  }

  static String html(Picture picture, String title, Terms terms) {
    try {
      Page page = new Page(picture, terms);
      page.draw();
      return template()
          .replace("{{language}}", terms.language())
          .replace("{{title}}", title)
          .replace("{{waiting}}", terms.of(Kind.WAITING))
          .replace("{{working}}", terms.of(Kind.WORKING))
          .replace("{{holding}}", terms.of(Kind.HOLDING))
          .replace("{{item}}", terms.item())
          .replace("{{printed}}", terms.moment())
          .replace("{{killed}}", terms.of(End.KILLED))
          .replace("{{hint}}", terms.hint())
          .replace("{{svg}}", page.text.toString());
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String template() {
    try (InputStream stream = Page.class.getResourceAsStream("timeline.html")) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the page's template can not be read", e);
    }
  }

  private void draw() throws XMLStreamException {
    int height = TOP + picture.rows().size() * ROW + 10;
    start("svg", picture.arrows().size() > MANY_ARROWS ? "timeline many" : "timeline");
    attribute("viewBox", "0 0 " + (LEFT + WIDTH + 40) + " " + height);
    attribute("role", "img");
    drawMarkers();
    drawAxis(height);
    for (int row = 0; row < picture.rows().size(); row++) {
      drawRow(picture.rows().get(row), TOP + row * ROW);
    }
    for (Arrow arrow : picture.arrows()) {
      drawArrow(arrow);
    }
    svg.writeEndElement();
    svg.flush();
  }

  private void drawMarkers() throws XMLStreamException {
    svg.writeStartElement("defs");
    start("marker", "head");
    attribute("id", "head");
    attribute("viewBox", "0 0 8 8");
    attribute("refX", "7");
    attribute("refY", "4");
    attribute("markerWidth", "6");
    attribute("markerHeight", "6");
    attribute("orient", "auto");
    svg.writeEmptyElement("path");
    attribute("d", "M0,0 L8,4 L0,8 z");
    svg.writeEndElement();
    svg.writeEndElement();
  }

  private void drawAxis(int height) throws XMLStreamException {
    long step = Ticks.step(picture.length(), TICKS);
    for (long at = 0; at <= picture.length(); at += step) {
      svg.writeEmptyElement("line");
      attribute("class", "grid");
      line(x(at), TOP - 6, x(at), height - 4);
      label("tick", x(at), TOP - 12, Ticks.label(at, step));
    }
  }

  private void drawRow(Row row, int top) throws XMLStreamException {
    start("g", "row");
    attribute("data-pid", String.valueOf(row.pid()));
    label("name", LEFT - 12, top + 13, row.name());
    label("pid", LEFT - 12, top + 27, row.pid() + (row.daemon() ? " · daemon" : ""));
    svg.writeEmptyElement("line");
    attribute("class", "life");
    line(x(row.from()), top + MIDDLE, x(row.to()), top + MIDDLE);
    for (Bar bar : row.bars()) {
      drawBar(bar, top);
    }
    for (Mark mark : row.marks()) {
      start("circle", "moment");
      attribute("cx", number(x(mark.at())));
      attribute("cy", String.valueOf(top + 37));
      attribute("r", "2.5");
      title(mark.what() + "\n" + Ticks.time(mark.at()));
      svg.writeEndElement();
    }
    drawEnd(row, top);
    svg.writeEndElement();
  }

  private void drawBar(Bar bar, int top) throws XMLStreamException {
    boolean holding = bar.kind() == Kind.HOLDING;
    start("rect", bar.kind().name().toLowerCase(Locale.ROOT) + (bar.cutShort() ? " cut" : ""));
    attribute("data-object", bar.object());
    attribute("x", number(x(bar.from())));
    attribute("y", String.valueOf(holding ? top + HOLD_TOP : top + MIDDLE - BAR / 2));
    attribute("width", number(Math.max(THINNEST, x(bar.to()) - x(bar.from()))));
    attribute("height", String.valueOf(holding ? HOLD : BAR));
    String took = Ticks.time(bar.to() - bar.from());
    title(
        terms.of(bar.kind())
            + ": "
            + bar.what()
            + "\n"
            + took
            + (bar.cutShort() ? ", " + terms.cutShort() : "")
            + " ("
            + Ticks.time(bar.from())
            + " – "
            + Ticks.time(bar.to())
            + ")");
    svg.writeEndElement();
    if (bar.kind() == Kind.WAITING) {
      drawCall(bar, top);
    }
  }

  /** What is waited for, if it fits into its bar: a picture in a text has nothing to point with. */
  private void drawCall(Bar bar, int top) throws XMLStreamException {
    double middle = (x(bar.from()) + x(bar.to())) / 2;
    String call = bar.what().replaceFirst("\\(.*", "").replaceFirst("^.*\\.", "") + "()";
    if (call.length() * LETTER + 6 < x(bar.to()) - x(bar.from())) {
      label("call", middle, top + MIDDLE + 4, call);
    }
  }

  private void drawEnd(Row row, int top) throws XMLStreamException {
    double x = x(row.to());
    start("path", "end " + row.end().name().toLowerCase(Locale.ROOT));
    attribute(
        "d",
        row.end() == End.KILLED
            ? String.format(Locale.ROOT, "M%.1f,%d l10,10 m0,-10 l-10,10", x - 5, top + MIDDLE - 5)
            : String.format(Locale.ROOT, "M%.1f,%d v12", x, top + MIDDLE - 6));
    title(terms.of(row.end()) + "\n" + Ticks.time(row.to()));
    svg.writeEndElement();
  }

  private void drawArrow(Arrow arrow) throws XMLStreamException {
    double fromX = x(arrow.from());
    double toX = x(arrow.to());
    int fromY = TOP + arrow.fromRow() * ROW + MIDDLE;
    int toY = TOP + arrow.toRow() * ROW + MIDDLE;
    double bend = Math.max(12, (toX - fromX) / 3);
    start("path", "arrow");
    attribute("marker-end", "url(#head)");
    attribute(
        "d",
        String.format(
            Locale.ROOT,
            "M%.1f,%d C%.1f,%d %.1f,%d %.1f,%d",
            fromX,
            fromY,
            fromX + bend,
            fromY,
            toX - bend,
            toY,
            toX,
            toY));
    title(
        arrow.item()
            + "\n"
            + arrow.queue()
            + ": put "
            + Ticks.time(arrow.from())
            + " → take "
            + Ticks.time(arrow.to()));
    svg.writeEndElement();
  }

  private double x(long nanos) {
    return LEFT + (picture.length() == 0 ? 0 : (double) nanos * WIDTH / picture.length());
  }

  private void start(String element, String style) throws XMLStreamException {
    svg.writeStartElement(element);
    attribute("class", style);
  }

  private void label(String style, double x, double y, String label) throws XMLStreamException {
    start("text", style);
    attribute("x", number(x));
    attribute("y", number(y));
    svg.writeCharacters(label);
    svg.writeEndElement();
  }

  private void line(double x1, double y1, double x2, double y2) throws XMLStreamException {
    attribute("x1", number(x1));
    attribute("y1", number(y1));
    attribute("x2", number(x2));
    attribute("y2", number(y2));
  }

  private void title(String details) throws XMLStreamException {
    svg.writeStartElement("title");
    svg.writeCharacters(details);
    svg.writeEndElement();
  }

  private void attribute(String name, String value) throws XMLStreamException {
    svg.writeAttribute(name, value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
