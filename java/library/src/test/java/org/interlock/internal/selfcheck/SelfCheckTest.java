package org.interlock.internal.selfcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.interlock.ProcessLong;
import org.interlock.Shared;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The self-check of the jar; that {@code java -jar} runs it is the business of {@code JarIT}. */
class SelfCheckTest {
  @RegisterExtension final SharedMemory memory = new SharedMemory();
  @TempDir Path directory;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);

  @Test
  void everyKindOfObjectHasARow() {
    List<Check<?>> checks = Checks.all();
    try {
      Stream<Class<?>> checked = checks.stream().map(check -> check.object().getClass());
      assertThat(checked.toList()).containsAll(kinds(Shared.class).toList());
    } finally {
      checks.forEach(check -> check.object().close());
    }
  }

  private static Stream<Class<?>> kinds(Class<?> sealed) {
    Stream<Class<?>> below =
        sealed.isSealed()
            ? Arrays.stream(sealed.getPermittedSubclasses()).flatMap(SelfCheckTest::kinds)
            : Stream.of();
    boolean isKind =
        Modifier.isPublic(sealed.getModifiers()) && !Modifier.isAbstract(sealed.getModifiers());
    return isKind ? Stream.concat(Stream.of(sealed), below) : below;
  }

  @Test
  void everyObjectWorksHere() throws Exception {
    assertThat(SelfCheck.run(Checks.all(), out)).as(said::toString).isTrue();
    assertThat(lines()).hasSizeGreaterThan(8).allMatch(line -> line.endsWith(" ok"));
  }

  @Test
  void aStepThatFailsIsTold() throws Exception {
    List<Check<?>> checks =
        List.of(
            check("in the child", n -> n.get() == 2, n -> true, n -> true),
            check("here", n -> true, n -> n.get() == 2, n -> false),
            check(
                "after the kill", n -> n.addAndGet(1) == 2, n -> true, n -> 1 / (n.get() - 2) > 0),
            check("nothing", n -> true, n -> true, n -> true));
    assertThat(SelfCheck.run(checks, out)).isFalse();
    assertThat(lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("in the child", "FAILED in another process: it does"),
            line -> assertThat(line).contains("here", "FAILED with a living process: it does not"),
            line ->
                assertThat(line).contains("FAILED after that was killed", "ArithmeticException"),
            line -> assertThat(line).contains("nothing").endsWith(" ok"),
            line -> assertThat(line).contains("ChildProcess").endsWith(" ok"));
  }

  @Test
  void aChildThatDiesIsTold() throws Exception {
    List<Check<?>> checks =
        List.of(
            check(
                "exit",
                n -> {
                  System.exit(3);
                  return false;
                },
                n -> true,
                n -> true));
    assertThat(SelfCheck.run(checks, out)).isFalse();
    assertThat(lines())
        .anyMatch(line -> line.contains("ChildProcess") && line.contains("FAILED it ended"));
  }

  private static Check<ProcessLong> check(
      String name,
      Check.Step<ProcessLong> inChild,
      Check.Step<ProcessLong> alive,
      Check.Step<ProcessLong> killed) {
    return new Check<>(name, ProcessLong.create(1), inChild, alive, killed);
  }

  private Stream<String> lines() {
    return said.toString(StandardCharsets.UTF_8).lines();
  }

  @Test
  void jnaIsFoundBesideTheJarAndInARepository() throws Exception {
    Path jar = directory.resolve("org/interlock/interlock/1.0/interlock-1.0.jar");
    Files.createDirectories(jar.getParent());
    assertThat(JnaJar.near(jar)).isEmpty();
    assertThat(JnaJar.missing(jar)).contains(jar.toString(), "jna-jpms");

    Path repository = directory.resolve("net/java/dev/jna/jna-jpms");
    for (String version : Set.of("5.17.0", "5.18.1")) {
      Files.createDirectories(repository.resolve(version));
      Files.createFile(repository.resolve(version).resolve("jna-jpms-" + version + ".jar"));
    }
    Files.createFile(repository.resolve("5.18.1/jna-jpms-5.18.1-sources.jar"));
    assertThat(JnaJar.near(jar))
        .contains(repository.resolve("5.18.1").resolve("jna-jpms-5.18.1.jar"));

    Path beside = Files.createFile(jar.resolveSibling("jna-5.17.0.jar"));
    assertThat(JnaJar.near(jar)).contains(beside);
  }
}
