package org.interlock.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code queue take NAME}. */
@Command(
    name = "take",
    description = "Takes items and writes each as a line, until the queue is shut down and empty.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  interlock queue take jobs | xargs -n1 ./work   # until the queue is shut down",
      "  interlock queue take jobs -n 1 --wait 10s      # the next one"
    })
final class QueueTake implements Callable<Integer> {
  @Mixin private final QueueCommand.Lines lines = new QueueCommand.Lines();
  @Mixin private final WaitOption wait = new WaitOption();

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "take no more than so many")
  private @Nullable Integer count;

  @Override
  public Integer call() throws InterruptedException, IOException {
    if (count != null && count < 1) {
      throw new IllegalArgumentException("--count is 1 or more, not " + count);
    }
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    try (LineQueue<?> queue = lines.open()) {
      for (long taken = 0; count == null || taken < count; taken++) {
        switch (queue.take(out, lines.end(), wait.nanos())) {
          case ITEM -> {}
          case END -> {
            return ExitCodes.OK;
          }
          case TIMED_OUT ->
              throw wait.timedOut(
                  ExitCodes.TIMED_OUT,
                  taken + " items taken; queue " + lines.name + " had none more");
        }
      }
    }
    return ExitCodes.OK;
  }
}
