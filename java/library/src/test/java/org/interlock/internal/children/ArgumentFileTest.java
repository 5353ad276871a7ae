package org.interlock.internal.children;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ArgumentFileTest {
  /** Prints its arguments and properties, each between brackets. */
  static final class Echo {
    public static void main(String[] arguments) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; System.getProperty("p" + i) != null; i++) {
        all.append('[').append(System.getProperty("p" + i)).append(']');
      }
      System.out.write(all.toString().getBytes(StandardCharsets.UTF_8), 0, 0);
      System.out.print(all);
      System.out.flush();
    }

    private Echo() {}
  }

  @Test
  void quotes() {
    assertThat(ArgumentFile.quoted(List.of("a b", "", "c\\d", "e\"f", "#g", "h\ni", "'j'")))
        .isEqualTo("\"a b\"\n\"\"\n\"c\\\\d\"\n\"e\\\"f\"\n\"#g\"\n\"h\\ni\"\n\"'j'\"\n");
  }

  /** The launcher itself is asked how it reads what we write. */
  @Test
  void theLauncherReadsWhatWasWritten() throws Exception {
    List<String> values =
        List.of(
            "plain",
            "with space",
            " both ends ",
            "",
            "back\\slash",
            "trailing\\",
            "\"quoted\"",
            "'single'",
            "#comment",
            "a#b",
            "line\nend",
            "carriage\rreturn",
            "tab\there",
            "form\ffeed",
            "@at",
            "über",
            "\\n",
            "a=b=c");
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      arguments.add("-Dp" + i + "=" + values.get(i));
    }
    arguments.add("-cp");
    arguments.add(System.getProperty("java.class.path"));
    Path file = ArgumentFile.write(arguments);
    try {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      Process java =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Dfile.encoding=UTF-8",
                  "@" + file,
                  Echo.class.getName())
              .redirectErrorStream(true)
              .start();
      String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      StringBuilder expected = new StringBuilder();
      values.forEach(value -> expected.append('[').append(value).append(']'));
      assertThat(said).isEqualTo(expected.toString());
    } finally {
      ArgumentFile.delete(file);
    }
    assertThat(file).doesNotExist();
  }

  @Property(tries = 200)
  void everyArgumentIsOneLineBetweenQuotes(@ForAll("texts") List<String> arguments) {
    String text = ArgumentFile.quoted(arguments);
    assertThat(text.lines().filter(line -> line.startsWith("\"") && line.endsWith("\"")))
        .hasSize(arguments.size());
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return Arbitraries.strings().withChars("ab \\\"#'\n\r\f\t@").ofMaxLength(8).list().ofMaxSize(4);
  }

  @Test
  void isNeededOnlyForWhatIsTooLong() {
    assertThat(ArgumentFile.isNeededFor(List.of("java", "-cp", "x".repeat(60_000)))).isFalse();
    assertThat(ArgumentFile.isNeededFor(List.of("java", "-cp", "x".repeat(70_000)))).isTrue();
    assertThat(ArgumentFile.isNeededFor(List.of("ü".repeat(40_000)))).as("bytes count").isTrue();
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      many.add("x".repeat(1000));
    }
    assertThat(ArgumentFile.isNeededFor(many)).as("all together").isTrue();
  }

  @Test
  void deletesWhatAKilledProgramLeftLongAgo() throws Exception {
    Path stale = ArgumentFile.write(List.of("old"));
    Files.setLastModifiedTime(stale, FileTime.from(Instant.now().minusSeconds(7200)));
    Path fresh = ArgumentFile.write(List.of("new"));
    try {
      assertThat(stale).doesNotExist();
      assertThat(fresh).exists();
    } finally {
      ArgumentFile.delete(fresh);
    }
  }
}
