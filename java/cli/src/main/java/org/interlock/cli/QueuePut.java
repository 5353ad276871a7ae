package org.interlock.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code queue put NAME}. */
@Command(
    name = "put",
    description = "Puts each line of standard input, or each ITEM, into a queue.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  seq 100 | interlock queue put jobs --shutdown",
      "  interlock queue put jobs 'one item' another"
    })
final class QueuePut implements Callable<Integer> {
  @Mixin private final QueueCommand.Lines lines = new QueueCommand.Lines();

  @Parameters(index = "1..*", paramLabel = "ITEM", description = "instead of standard input")
  private List<String> items = List.of();

  @Mixin private final WaitOption wait = new WaitOption();

  @Option(names = "--shutdown", description = "shut the queue down when all is in it")
  private boolean shutdown;

  private long count;

  @Override
  public Integer call() throws InterruptedException, IOException {
    try (LineQueue<?> queue = lines.open()) {
      if (items.isEmpty()) {
        putLines(queue);
      } else {
        for (String item : items) {
          put(queue, item.getBytes(StandardCharsets.UTF_8));
        }
      }
      if (shutdown) {
        queue.shutdown();
      }
    }
    return ExitCodes.OK;
  }

  private void putLines(LineQueue<?> queue) throws InterruptedException, IOException {
    InputStream input = new BufferedInputStream(new FileInputStream(FileDescriptor.in));
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = input.read(); next >= 0; next = input.read()) {
      if (next == lines.end()) {
        put(queue, line.toByteArray());
        line.reset();
      } else {
        line.write(next);
      }
    }
    if (line.size() > 0) { // the last one need not end
      put(queue, line.toByteArray());
    }
  }

  private void put(LineQueue<?> queue, byte[] line) throws InterruptedException {
    boolean done;
    try {
      done = queue.put(line, wait.nanos());
    } catch (Failure e) {
      throw Failure.of("item " + (count + 1) + ": " + e.getMessage() + "; those before it are in");
    }
    if (!done) {
      throw wait.timedOut(
          ExitCodes.TIMED_OUT,
          count + " items are in, and there was no room for the next in queue " + lines.name);
    }
    count++;
  }
}
