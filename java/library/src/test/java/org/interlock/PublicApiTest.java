package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Programs that were compiled against an earlier version of the same major number compile and link
 * against this one: {@code src/test/resources/api} holds, per version, what {@code javap
 * -protected} said of its public classes, and all of it must still be there. Adding is fine, but
 * for what implementors of an interface would lack.
 *
 * <p>A release records its own by {@code -Dinterlock.record.api=0.1}; a baseline is never changed
 * after its release.
 */
class PublicApiTest {
  private static final Path BASELINES = Path.of("src", "test", "resources", "api");
  private static final Path CLASSES = Path.of("target", "classes");
  private static final List<Package> PACKAGES =
      List.of(Shared.class.getPackage(), org.interlock.posix.Mutex.class.getPackage());
  private static final String MAJOR = "0";
  private static final String RECORD = System.getProperty("interlock.record.api", "");

  /** What a class may lose without harm to anybody. */
  private static final Set<String> RESTRICTIONS = Set.of("final", "sealed", "non-sealed");

  @TestFactory
  Stream<DynamicTest> everythingOfEarlierVersionsIsThere() throws IOException {
    try (Stream<Path> files = Files.list(BASELINES)) {
      List<Path> baselines =
          files.filter(file -> file.getFileName().toString().startsWith(MAJOR + ".")).toList();
      assertThat(baselines).isNotEmpty();
      return baselines.stream()
          .map(
              file ->
                  dynamicTest(
                      file.getFileName().toString(),
                      () ->
                          assertThat(breaks(parse(Files.readString(file)), parse(current())))
                              .isEmpty()));
    }
  }

  @Test
  void isRecordedWhenAskedFor() throws IOException {
    assumeTrue(!RECORD.isEmpty(), "-Dinterlock.record.api is not set");
    Files.createDirectories(BASELINES);
    Files.writeString(BASELINES.resolve(RECORD + ".txt"), current());
  }

  private static final String BEFORE =
      """
      public final class org.interlock.A implements java.io.Serializable {
        public void run() throws java.lang.InterruptedException;
        public static org.interlock.A of(int);
      }
      public interface org.interlock.Codec<E> extends java.io.Serializable {
        public abstract E decode(java.nio.ByteBuffer);
      }
      public interface org.interlock.Shared {
      }
      """;

  @Test
  void whatBreaksAProgramIsFound() {
    assertThat(breaksAfter("A of(int)", "A of(long)"))
        .singleElement()
        .asString()
        .contains("of(int)");
    assertThat(breaksAfter(" throws java.lang.InterruptedException", "")).hasSize(1);
    assertThat(breaksAfter("public static", "protected static")).hasSize(1);
    assertThat(breaksAfter("implements java.io.Serializable", "")).hasSize(1);
    assertThat(breaksAfter("final class", "abstract class")).hasSize(1);
    assertThat(breaksAfter("interlock.A implements", "interlock.B implements")).hasSize(1);
    assertThat(
            breaksAfter(
                "decode(java.nio.ByteBuffer);",
                "decode(java.nio.ByteBuffer);\n  public abstract void more();"))
        .singleElement()
        .asString()
        .contains("more()");
  }

  @Test
  void whatBreaksNoProgramIsAllowed() {
    assertThat(breaksAfter("", "")).isEmpty();
    assertThat(breaksAfter("public final class", "public class")).isEmpty();
    assertThat(
            breaksAfter(
                "implements java.io.Serializable",
                "implements java.io.Serializable, java.lang.Cloneable"))
        .isEmpty();
    assertThat(breaksAfter("  public static", "  public void more();\n  public static")).isEmpty();
    assertThat(
            breaksAfter(
                "  public abstract E", "  public default void more();\n  public abstract E"))
        .isEmpty();
    // Sealed: nobody else implements it.
    assertThat(breaksAfter("Shared {", "Shared {\n  public abstract void more();")).isEmpty();
  }

  private static List<String> breaksAfter(String part, String replacement) {
    assertThat(BEFORE).contains(part);
    return breaks(parse(BEFORE), parse(BEFORE.replace(part, replacement)));
  }

  /** A class as javap shows it. */
  private record Shown(String header, Set<String> members) {}

  private static List<String> breaks(Map<String, Shown> before, Map<String, Shown> now) {
    List<String> breaks = new ArrayList<>();
    before.forEach(
        (name, old) -> {
          Shown shown = now.get(name);
          if (shown == null) {
            breaks.add("gone: " + old.header());
            return;
          }
          if (!isCompatible(old.header(), shown.header())) {
            breaks.add("was: " + old.header() + ", is: " + shown.header());
          }
          old.members().stream()
              .filter(member -> !shown.members().contains(member))
              .forEach(member -> breaks.add("gone from " + name + ": " + member));
          shown.members().stream()
              .filter(member -> !old.members().contains(member))
              .filter(member -> member.contains(" abstract ") && !isSealed(name))
              .forEach(member -> breaks.add("implementors of " + name + " lack: " + member));
        });
    return breaks;
  }

  private static boolean isCompatible(String before, String now) {
    Set<String> lost = words(before);
    lost.removeAll(words(now));
    lost.removeAll(RESTRICTIONS);
    return lost.isEmpty()
        && (words(before).contains("abstract") || !words(now).contains("abstract"));
  }

  private static Set<String> words(String header) {
    return new LinkedHashSet<>(Arrays.asList(header.split("[ ,{]+")));
  }

  private static boolean isSealed(String name) {
    try {
      return Class.forName(name).isSealed();
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** By class. */
  private static Map<String, Shown> parse(String text) {
    Map<String, Shown> classes = new TreeMap<>();
    Shown open = null;
    for (String line : text.lines().toList()) {
      if (line.startsWith("  ") && open != null) {
        open.members().add(line.strip());
      } else if (line.endsWith("{")) {
        open = new Shown(line, new LinkedHashSet<>());
        classes.put(nameIn(line), open);
      }
    }
    return classes;
  }

  private static String nameIn(String header) {
    List<String> words = List.copyOf(words(header));
    int kind = Math.max(words.indexOf("class"), words.indexOf("interface"));
    return words.get(kind + 1).replaceAll("<.*", "");
  }

  private static String current() throws IOException {
    StringWriter out = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("-protected", "-cp", CLASSES.toString()));
    arguments.addAll(publicClasses());
    PrintWriter writer = new PrintWriter(out);
    int status =
        ToolProvider.findFirst("javap")
            .orElseThrow()
            .run(writer, writer, arguments.toArray(String[]::new));
    assertThat(status).as(out.toString()).isZero();
    return String.join(
            "\n", out.toString().lines().filter(line -> !line.startsWith("Compiled from")).toList())
        + "\n";
  }

  private static List<String> publicClasses() throws IOException {
    List<String> names = new ArrayList<>();
    for (Package exported : PACKAGES) {
      Path directory = CLASSES.resolve(exported.getName().replace('.', '/'));
      try (Stream<Path> files = Files.list(directory)) {
        files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".class") && !file.equals("package-info.class"))
            .map(file -> exported.getName() + "." + file.replace(".class", ""))
            .filter(PublicApiTest::isPublic)
            .sorted()
            .forEach(names::add);
      }
    }
    return names;
  }

  private static boolean isPublic(String name) {
    try {
      for (Class<?> type = Class.forName(name, false, PublicApiTest.class.getClassLoader());
          type != null;
          type = type.getEnclosingClass()) {
        if (!Modifier.isPublic(type.getModifiers()) && !Modifier.isProtected(type.getModifiers())) {
          return false;
        }
      }
      return true;
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
