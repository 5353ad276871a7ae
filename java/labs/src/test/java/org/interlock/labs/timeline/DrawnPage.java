package org.interlock.labs.timeline;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The shapes of a page. */
record DrawnPage(String html, Element svg) {
  static DrawnPage read(Path file) throws Exception {
    String html = Files.readString(file);
    int start = html.indexOf("<svg class=\"timeline");
    if (start < 0) {
      throw new IOException("no picture in " + html);
    }
    String svg = html.substring(start, html.indexOf("</svg>", start) + "</svg>".length());
    return new DrawnPage(
        html,
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)))
            .getDocumentElement());
  }

  /** Elements of that style. */
  List<Element> all(String style) {
    return all(svg, style);
  }

  static List<Element> all(Element in, String style) {
    List<Element> found = new ArrayList<>();
    NodeList elements = in.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      Element element = (Element) elements.item(i);
      if (Arrays.asList(element.getAttribute("class").split(" ")).contains(style)) {
        found.add(element);
      }
    }
    return found;
  }

  /** What pointing at it shows. */
  static String details(Element shape) {
    return shape.getElementsByTagName("title").item(0).getTextContent();
  }

  static double number(Element shape, String attribute) {
    return Double.parseDouble(shape.getAttribute(attribute));
  }
}
