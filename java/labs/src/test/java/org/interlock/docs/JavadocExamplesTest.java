package org.interlock.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every example in the javadoc of the public packages compiles. */
class JavadocExamplesTest {
  private static final Path SOURCES =
      Documents.ROOT.resolve(Path.of("java", "library", "src", "main", "java", "org", "interlock"));
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\\n(.*?)^ *\\* *\\}</pre>", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern MARGIN = Pattern.compile("^ *\\* ?", Pattern.MULTILINE);

  @TempDir Path directory;

  private record Example(String title, String body) {
    String source() {
      return """
          package org.interlock.docs;
          import java.nio.ByteBuffer;
          import java.util.*;
          import java.util.concurrent.*;
          import java.util.concurrent.locks.*;
          import org.interlock.*;
          import org.interlock.JoinableQueue.Delivery;
          import org.interlock.posix.*;
          abstract class Example extends ExampleNames {
            void example(JoinableQueue<Job> queue) throws Exception {
          """
          + body
          + "\n}}\n";
    }
  }

  @TestFactory
  Stream<DynamicTest> compile() throws IOException {
    return examples().stream()
        .map(
            example ->
                dynamicTest(
                    example.title(),
                    () -> Compiler.compile("Example", example.source(), directory)));
  }

  @Test
  void areFound() throws IOException {
    assertThat(examples()).hasSizeGreaterThan(8);
  }

  private static List<Example> examples() throws IOException {
    List<Example> found = new ArrayList<>();
    for (Path file : sources()) {
      Matcher matcher = EXAMPLE.matcher(Files.readString(file));
      while (matcher.find()) {
        String body = MARGIN.matcher(matcher.group(1)).replaceAll("");
        found.add(new Example(file.getFileName() + " " + found.size(), body));
      }
    }
    return found;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.startsWith(SOURCES.resolve("internal")))
          .sorted()
          .toList();
    }
  }
}
