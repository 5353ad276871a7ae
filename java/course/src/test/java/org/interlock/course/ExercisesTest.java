package org.interlock.course;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What students start from, and what there is of it. */
class ExercisesTest {
  @Test
  void theExercisesCompile(@TempDir Path target) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("-d", target.toString(), "-cp", System.getProperty("java.class.path")));
    try (Stream<Path> files = Files.list(Path.of("exercises"))) {
      files.map(Path::toString).forEach(arguments::add);
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(status).isZero();
    assertThat(Exercises.ALL)
        .allSatisfy(
            exercise -> assertThat(target.resolve(exercise.className() + ".class")).exists());
  }

  @Test
  void everyWrongSolutionIsTried() {
    String[] files =
        Objects.requireNonNull(new File("src/test/java/org/interlock/course/wrong").list());
    assertThat(files)
        .filteredOn(file -> !file.equals("package-info.java"))
        .extracting(file -> file.replace(".java", ""))
        .containsExactlyInAnyOrderElementsOf(SolutionsTests.WRONG.keySet());
  }

  @Test
  void everySessionHasTwoOrThree() {
    IntStream.rangeClosed(1, 8)
        .forEach(
            session ->
                assertThat(Exercises.ALL)
                    .filteredOn(exercise -> exercise.number().startsWith(session + "."))
                    .hasSizeBetween(2, 3));
  }
}
