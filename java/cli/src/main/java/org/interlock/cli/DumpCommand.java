package org.interlock.cli;

import java.util.List;
import org.interlock.internal.look.Bystander;
import org.interlock.internal.look.ProcessView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dump PID}. */
@Command(
    name = "dump",
    description = {
      "Tells what a process has open, who holds it and who waits for it: for hangs.",
      "",
      "Also of objects whose name is gone. What the process itself waits for comes first."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = "  interlock dump 4711; jstack 4711")
final class DumpCommand implements Runnable {
  @Parameters(paramLabel = "PID", description = "the process")
  private int pid;

  @Option(names = "--json", description = "as ls --json")
  private boolean json;

  @Override
  public void run() {
    ProcessView process =
        Bystander.process(pid).orElseThrow(() -> Failure.of("there is no process " + pid));
    List<Census.Entry> entries = Census.take().openIn(process);
    if (json) {
      System.out.println(JsonText.of(entries));
      return;
    }
    System.out.println(pid + "  " + Texts.program(pid));
    for (Census.Entry entry : entries) {
      entry.waiters().stream()
          .filter(waiter -> waiter.pid() == pid)
          .forEach(waiter -> System.out.println(waits(entry, waiter)));
    }
    if (process.threadsHidden()) {
      System.out.println("what its threads wait for the system does not tell: interlock doctor");
    }
    System.out.print(entries.isEmpty() ? "" : System.lineSeparator());
    entries.forEach(entry -> System.out.print(Sheet.of(entry)));
  }

  private static String waits(Census.Entry entry, Census.Waiter waiter) {
    String holder = Texts.holder(entry.view());
    return "thread "
        + waiter.thread()
        + " waits for "
        + waiter.sleep().reason()
        + " of "
        + Texts.kind(entry.view())
        + " "
        + Texts.printable(entry.view().info().name())
        + (holder.isEmpty() ? "" : ", held by " + holder);
  }
}
