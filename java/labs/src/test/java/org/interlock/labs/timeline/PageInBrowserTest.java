package org.interlock.labs.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.interlock.labs.timeline.Picture.Arrow;
import org.interlock.labs.timeline.Picture.Bar;
import org.interlock.labs.timeline.Picture.End;
import org.interlock.labs.timeline.Picture.Kind;
import org.interlock.labs.timeline.Picture.Mark;
import org.interlock.labs.timeline.Picture.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page as Chromium shows it: a script at its end looks, and writes down what it saw. */
class PageInBrowserTest {
  private static final String LOOK =
      """
      <pre id="seen"></pre>
      <script>
        const seen = [];
        const style = (selector) => getComputedStyle(document.querySelector(selector));
        const look = (what) => seen.push(what);
        look("paper " + style("body").backgroundColor);
        look("working " + style(".timeline .working").fill);
        look("box " + style("#details").display);
        const bar = document.querySelector(".timeline .holding");
        bar.dispatchEvent(new PointerEvent("pointerenter"));
        bar.dispatchEvent(new PointerEvent("pointermove", { clientX: 200, clientY: 90 }));
        look("box " + style("#details").display + " " + details.textContent.replace("\\n", " / "));
        look("chosen " + document.querySelectorAll(".chosen").length);
        bar.dispatchEvent(new PointerEvent("pointerleave"));
        look("box " + style("#details").display);
        look("chosen " + document.querySelectorAll(".chosen").length);
        const box = document.querySelector(".timeline").getBoundingClientRect();
        const outside = [...document.querySelectorAll(".timeline rect, .timeline text")].filter((e) => {
          const r = e.getBoundingClientRect();
          return r.left < box.left || r.right > box.right || r.bottom > box.bottom || r.width === 0;
        });
        look("outside " + outside.length);
        const call = document.querySelector(".timeline .call").getBoundingClientRect();
        const around = document.querySelector(".timeline .waiting").getBoundingClientRect();
        look("call inside " + (call.width > 0 && call.left > around.left && call.right < around.right));
        document.getElementById("seen").textContent = seen.join("\\n");
      </script>
      """;

  @TempDir Path directory;
  private String chromium;

  @BeforeEach
  void findBrowser() {
    chromium =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .flatMap(
                name ->
                    Stream.of(System.getenv("PATH").split(":")).map(place -> Path.of(place, name)))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst()
            .orElse(null);
    assumeTrue(chromium != null, "there is no Chromium (Debian: chromium) to look at pages with");
  }

  private static Picture picture() {
    Row main =
        new Row(
            100,
            "main",
            false,
            0,
            900,
            End.ENDED,
            List.of(
                new Bar(Kind.WAITING, 10, 300, "ProcessLock.lock()", "~a", false),
                new Bar(Kind.HOLDING, 300, 600, "ProcessLock", "~a", false),
                new Bar(Kind.WORKING, 310, 590, "pause()", "#1", false)),
            List.of(new Mark(400, "a line with <b>signs</b> & more")));
    Row child =
        new Row(
            101,
            "Process-1",
            true,
            50,
            1000,
            End.KILLED,
            List.of(new Bar(Kind.HOLDING, 700, 1000, "ProcessLock", "~a", true)),
            List.of());
    return new Picture(
        List.of(main, child), List.of(new Arrow(0, 310, 1, 720, "bun", "ProcessQueue")), 1000);
  }

  private List<String> look(String... options) throws Exception {
    Path page = directory.resolve("page.html");
    String html = Page.html(picture(), "a lab", new Terms(false));
    Files.writeString(page, html.replace("</body>", LOOK + "</body>"));
    List<String> command =
        new ArrayList<>(
            List.of(
                chromium,
                "--headless=new",
                "--no-sandbox", // tests run as root in containers, where it can not have one
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + directory.resolve("profile"),
                "--window-size=1200,500"));
    command.addAll(List.of(options));
    command.addAll(List.of("--dump-dom", page.toUri().toString()));
    Path output = directory.resolve("dom.html");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("Chromium ends").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String dom = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(dom).contains("a line with &lt;b&gt;signs&lt;/b&gt; &amp; more");
    int start = dom.indexOf("<pre id=\"seen\">") + "<pre id=\"seen\">".length();
    return dom.substring(start, dom.indexOf("</pre>", start)).lines().toList();
  }

  @Test
  void pointingAtABarShowsItsDetailsAndItsObjectsOtherBars() throws Exception {
    assertThat(look())
        .containsExactly(
            "paper rgb(255, 255, 255)",
            "working rgb(74, 143, 224)",
            "box none",
            "box block holding: ProcessLock / 0.000 ms (0.000 ms – 0.001 ms)",
            "chosen 3",
            "box none",
            "chosen 0",
            "outside 0",
            "call inside true");
  }

  @Test
  void itIsDarkForWhoPrefersThat() throws Exception {
    assertThat(look("--blink-settings=preferredColorScheme=0"))
        .contains("paper rgb(13, 17, 23)", "working rgb(47, 111, 196)", "outside 0");
  }
}
