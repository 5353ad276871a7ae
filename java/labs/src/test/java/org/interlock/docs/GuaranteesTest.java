package org.interlock.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.interlock.Shared;
import org.junit.jupiter.api.Test;

/**
 * The table of {@code docs/guarantees.md} has a row for every object, and names tests there are.
 */
class GuaranteesTest {
  private static final Path GUARANTEES = Documents.ROOT.resolve(Path.of("docs", "guarantees.md"));
  private static final Path LIBRARY =
      Documents.ROOT.resolve(Path.of("java", "library", "src", "main", "java", "org", "interlock"));
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+).*$");
  private static final Pattern JAVA_TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");
  private static final Pattern C_TEST = Pattern.compile("`(\\w+_test\\.c)`");
  private static final int COLUMNS = 6;

  @Test
  void everySharedObjectHasItsRow() throws IOException {
    Set<String> objects = sharedObjects();
    assertThat(objects).contains("ProcessLock", "JoinableQueue");
    assertThat(rows()).containsKeys(objects.toArray(String[]::new)).containsKey("ChildProcess");
  }

  @Test
  void everyClassOfThePosixPackageHasItsRow() throws IOException {
    Set<String> classes = publicClasses("posix.", type -> !type.isInterface());
    assertThat(classes).contains("Mutex");
    assertThat(rows()).containsKeys(classes.toArray(String[]::new));
  }

  /**
   * A row after an empty line is no row of a table but text, unless it is the head of the next one.
   */
  @Test
  void rowsStandInTables() throws IOException {
    List<String> lines = Files.readAllLines(GUARANTEES);
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).startsWith("|") && !lines.get(i - 1).startsWith("|")) {
        assertThat(lines.get(i + 1)).as("below %s", lines.get(i)).matches("\\|(---\\|)+");
      }
    }
  }

  @Test
  void everyRowAnswersEveryQuestionAndNamesTests() throws IOException {
    rows()
        .forEach(
            (object, row) -> {
              assertThat(row.split("(?<!\\\\)\\|", -1)).as(row).hasSize(COLUMNS + 2);
              assertThat(JAVA_TEST.matcher(row).find() || C_TEST.matcher(row).find())
                  .as("%s names a test", object)
                  .isTrue();
            });
  }

  @Test
  void theTestsNamedThereExist() throws IOException {
    Map<String, String> sources = testSources();
    List<String> missing = new ArrayList<>();
    String text = Files.readString(GUARANTEES);
    for (MatchResult test : JAVA_TEST.matcher(text).results().toList()) {
      String source = sources.get(test.group(1) + ".java");
      String method = test.group(2);
      if (source == null || (method != null && !source.contains(" void " + method + "("))) {
        missing.add(test.group());
      }
    }
    for (MatchResult test : C_TEST.matcher(text).results().toList()) {
      if (!sources.containsKey(test.group(1))) {
        missing.add(test.group());
      }
    }
    assertThat(missing).isEmpty();
  }

  /** Of the public package; a row of {@code docs} may tell of things that are no class, too. */
  private static Set<String> sharedObjects() throws IOException {
    return publicClasses("", type -> !type.isInterface() && Shared.class.isAssignableFrom(type));
  }

  /** Top-level ones of the public package, or of one within it, that are as wanted. */
  private static Set<String> publicClasses(String within, Predicate<Class<?>> wanted)
      throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.list(LIBRARY.resolve(within.replace(".", "/")))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        if (!name.equals("package-info") && Files.isRegularFile(file)) {
          Class<?> type = type(within + name);
          if (Modifier.isPublic(type.getModifiers()) && wanted.test(type)) {
            found.add(name);
          }
        }
      }
    }
    return found;
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName("org.interlock." + name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> rows() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    ROW.matcher(Files.readString(GUARANTEES))
        .results()
        .forEach(row -> rows.put(row.group(1), row.group()));
    return rows;
  }

  /** By file name. */
  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    for (Path directory :
        Arrays.asList(
            Path.of("native", "test"),
            Path.of("java", "library", "src", "test"),
            Path.of("java", "labs", "src", "test"),
            Path.of("java", "cli", "src", "test"))) {
      try (Stream<Path> files = Files.walk(Documents.ROOT.resolve(directory))) {
        for (Path file : files.filter(f -> f.toString().matches(".*\\.(java|c)")).toList()) {
          sources.put(file.getFileName().toString(), Files.readString(file));
        }
      }
    }
    return sources;
  }
}
