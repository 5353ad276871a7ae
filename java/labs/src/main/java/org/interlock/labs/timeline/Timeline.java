package org.interlock.labs.timeline;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs a lab so that it is recorded, and draws what was. */
public final class Timeline {
  private Timeline() {}

  /** Whether this process is recorded itself. */
  public static boolean isRecorded() {
    return System.getProperty(Recording.DIRECTORY) != null;
  }

  /**
   * Runs a program in a JVM like this one, with its input and output, and draws what it and its
   * children did when it has ended.
   *
   * @param file the page; is there only once it is complete
   * @param title of the page
   * @param chinese its language
   * @param mainClass of the program
   * @param arguments of the program
   * @return the program's exit status
   * @throws IOException if the file cannot be written; then nothing was run
   */
  public static int draw(
      Path file, String title, boolean chinese, String mainClass, List<String> arguments)
      throws IOException, InterruptedException {
    Path page = file.toAbsolutePath();
    if (page.getParent() == null || !Files.isDirectory(page.getParent())) {
      throw new IOException("there is no directory " + page.getParent() + " for the timeline");
    }
    Path directory = Files.createTempDirectory("interlock-timeline");
    Path draft = page.resolveSibling(page.getFileName() + ".part");
    try {
      Path records = Files.createDirectory(directory.resolve("records"));
      Path woven = Files.createDirectory(directory.resolve("woven"));
      Weaver.weave(woven);
      int status =
          new ProcessBuilder(command(records, woven, mainClass, arguments))
              .inheritIO()
              .start()
              .waitFor();
      Picture picture = Records.picture(Entry.readAll(records));
      Files.writeString(draft, Page.html(picture, title, new Terms(chinese)));
      Files.move(draft, page, StandardCopyOption.REPLACE_EXISTING);
      return status;
    } finally {
      Files.deleteIfExists(draft);
      delete(directory);
    }
  }

  private static List<String> command(
      Path records, Path woven, String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-D" + Recording.DIRECTORY + "=" + records);
    command.add("-cp");
    command.add(woven + File.pathSeparator + System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
