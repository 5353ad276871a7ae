package org.interlock.bench.peers;

import java.nio.file.Path;

/** Where the bench's own files are: java/bench. */
public final class Home {
  private Home() {}

  public static Path path(String first, String... more) {
    return Path.of(System.getProperty("interlock.bench.home", "java/bench"))
        .toAbsolutePath()
        .resolve(Path.of(first, more));
  }
}
