package org.interlock.children;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The JDKs of this machine: those that the environment names ({@code JAVA_HOME} and the like), that
 * the system property {@code interlock.jdks} lists, and the neighbours of the one that runs this.
 */
public final class Jdks {
  private Jdks() {}

  /** The newest of at least this feature release. */
  public static Optional<Path> atLeast(int feature) {
    return homes()
        .filter(home -> Files.isExecutable(home.resolve("bin/java")))
        .filter(home -> featureOf(home) >= feature)
        .max(Comparator.comparingInt(Jdks::featureOf));
  }

  private static Stream<Path> homes() {
    Path own = Path.of(System.getProperty("java.home"));
    Stream<Path> environment =
        System.getenv().entrySet().stream()
            .filter(variable -> variable.getKey().contains("JAVA_HOME"))
            .map(Map.Entry::getValue)
            .map(Path::of);
    Stream<Path> listed =
        Stream.of(System.getProperty("interlock.jdks", "").split(":"))
            .filter(path -> !path.isEmpty())
            .map(Path::of);
    return Stream.of(Stream.of(own), environment, listed, neighbours(own)).flatMap(s -> s);
  }

  private static Stream<Path> neighbours(Path home) {
    try (Stream<Path> entries = Files.list(home.getParent())) {
      return entries.toList().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  private static int featureOf(Path home) {
    Properties release = new Properties();
    try (InputStream in = Files.newInputStream(home.resolve("release"))) {
      release.load(in);
    } catch (IOException e) {
      return 0;
    }
    String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
    return Runtime.Version.parse(version.split("_", 2)[0].replaceFirst("^1\\.", "")).feature();
  }
}
