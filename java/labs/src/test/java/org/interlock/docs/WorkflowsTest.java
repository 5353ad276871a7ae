package org.interlock.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the workflows of continuous integration run is there, and takes what it is given. */
class WorkflowsTest {
  private static final Pattern SCRIPT = Pattern.compile("\\./(scripts/[\\w-]+)((?: [\\w-]+)*)");

  @TestFactory
  Stream<DynamicTest> scriptsAreThereAndKnowTheirArguments() throws IOException {
    List<Path> workflows;
    try (Stream<Path> files = Files.list(Documents.ROOT.resolve(".github/workflows"))) {
      workflows = files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
    }
    assertThat(workflows).isNotEmpty();
    return workflows.stream()
        .map(workflow -> dynamicTest(workflow.getFileName().toString(), () -> check(workflow)));
  }

  private static void check(Path workflow) {
    String text = read(workflow);
    assertThat(text).doesNotContain("\t");
    List<MatchResult> commands = SCRIPT.matcher(text).results().toList();
    assertThat(commands).isNotEmpty();
    for (MatchResult command : commands) {
      Path script = Documents.ROOT.resolve(command.group(1));
      assertThat(script).isExecutable();
      String head = read(script).split("\nset -", 2)[0];
      for (String argument : command.group(2).trim().split(" ")) {
        assertThat(head).as("what %s takes", command.group()).contains(argument);
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
