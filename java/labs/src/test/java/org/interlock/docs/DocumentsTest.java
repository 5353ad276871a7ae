package org.interlock.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.interlock.docs.Documents.Block;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/**
 * What README and docs show in fenced blocks works: programs run, dependencies are those of the
 * build, diagrams name what there is. (Commands are run by {@code scripts/test}: some build.)
 */
class DocumentsTest {
  private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");
  private static final Pattern PUBLIC_NAME =
      Pattern.compile("\\b(?:Process|Joinable|Child|Permit)[A-Z]\\w+");

  @TempDir Path directory;

  @Test
  void everyBlockIsOfAKindThatIsTried() {
    assertThat(Documents.blocks()).isNotEmpty();
    assertThat(Documents.blocks())
        .allSatisfy(block -> assertThat(block.language()).isIn("java", "xml", "sh", "text"));
  }

  @TestFactory
  Stream<DynamicTest> programsRun() {
    return Documents.blocksIn("java").map(block -> dynamicTest(block.title(), () -> run(block)));
  }

  private void run(Block block) throws Exception {
    Matcher matcher = CLASS.matcher(block.text());
    assertThat(matcher.find()).as("a whole class").isTrue();
    String name = matcher.group(1);
    Compiler.compile(name, block.text(), directory);
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                directory + ":" + System.getProperty("java.class.path"),
                name)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(process.exitValue()).as(() -> read(output)).isZero();
    } finally {
      process.destroyForcibly();
    }
    if (name.equals("Kitchen")) {
      assertThat(read(output).lines())
          .containsExactlyElementsOf(
              IntStream.range(0, 10).mapToObj(number -> "ate bun" + number).toList());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @TestFactory
  Stream<DynamicTest> dependenciesAreThoseOfTheBuild() {
    return Documents.blocksIn("xml")
        .map(block -> dynamicTest(block.title(), () -> assertInBuild(block)));
  }

  private static void assertInBuild(Block block) throws Exception {
    String pom = Files.readString(Documents.ROOT.resolve("java/library/pom.xml"));
    Document shown = parse(block.text()), library = parse(pom);
    assertThat(first(shown, "groupId")).isEqualTo(first(library, "groupId"));
    assertThat(first(shown, "version")).isEqualTo(first(library, "version"));
    assertThat(pom).contains("<artifactId>" + first(shown, "artifactId") + "</artifactId>");
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static String first(Document document, String element) {
    return document.getElementsByTagName(element).item(0).getTextContent();
  }

  /** In English and in Chinese; what a table names there is, and what there is has its session. */
  @ParameterizedTest
  @ValueSource(strings = {"docs/course/README.md", "docs/course/zh/README.md"})
  void everyLabIsInTheCourse(String document) throws Exception {
    String text = Files.readString(Documents.ROOT.resolve(document));
    Path labs = Documents.ROOT.resolve("java/labs/src/main/java/org/interlock/labs");
    try (Stream<Path> files = Files.list(labs)) {
      assertThat(files)
          .map(file -> file.getFileName().toString())
          .filteredOn(file -> file.matches("\\w+Lab\\.java"))
          .hasSizeGreaterThan(10)
          .map(file -> file.replace("Lab.java", "").replaceAll("(?<=[a-z])(?=[A-Z])", "-"))
          .allSatisfy(lab -> assertThat(text).contains("`" + lab.toLowerCase(Locale.ROOT) + "`"));
    }
  }

  @Test
  void diagramsNameClassesThatExist() {
    Set<String> missing = new TreeSet<>();
    List<String> found = new ArrayList<>();
    Documents.blocksIn("text")
        .flatMap(block -> PUBLIC_NAME.matcher(block.text()).results())
        .forEach(
            match -> {
              found.add(match.group());
              try {
                Class.forName("org.interlock." + match.group());
              } catch (ClassNotFoundException e) {
                missing.add(match.group());
              }
            });
    assertThat(found).isNotEmpty();
    assertThat(missing).isEmpty();
  }
}
