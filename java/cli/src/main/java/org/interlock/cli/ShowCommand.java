package org.interlock.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code show NAME}. */
@Command(
    name = "show",
    description = "Tells all that is known of an object: state, holder, waiters, processes.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = "  interlock show orders")
final class ShowCommand implements Runnable {
  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Parameters(paramLabel = "NAME", description = "of an object or a semaphore")
  private String name;

  @Option(names = "--json", description = "as ls --json")
  private boolean json;

  @Override
  public void run() {
    List<Census.Entry> entries = Census.take().named(name);
    if (entries.isEmpty()) {
      throw Failure.of("there is nothing named " + name);
    }
    if (json) {
      System.out.println(JsonText.of(entries));
    } else {
      entries.forEach(entry -> System.out.print(Sheet.of(entry)));
    }
  }
}
