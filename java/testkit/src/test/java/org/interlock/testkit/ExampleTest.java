package org.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example of the package is {@link CounterProperties}, which compiles and runs. */
class ExampleTest {
  private static final Path SOURCES = Path.of("src");
  private static final Path PACKAGE = Path.of("java", "org", "interlock", "testkit");
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\\n(.*?)^ \\* \\}</pre>", Pattern.DOTALL | Pattern.MULTILINE);

  @Test
  void isATest() throws IOException {
    Matcher example = EXAMPLE.matcher(read("main", "package-info.java"));
    assertThat(example.find()).isTrue();
    String shown = example.group(1).replaceAll("(?m)^ \\* ?", "");
    String run = read("test", "CounterProperties.java");
    assertThat(words(run.substring(run.indexOf("class CounterProperties"))))
        .isEqualTo(words(shown));
  }

  private static String read(String root, String file) throws IOException {
    return Files.readString(SOURCES.resolve(root).resolve(PACKAGE).resolve(file));
  }

  /** Lines are broken elsewhere in a comment. */
  private static String words(String text) {
    return text.replaceAll("\\s+", "");
  }
}
