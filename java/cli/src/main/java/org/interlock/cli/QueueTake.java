package org.interlock.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code queue take NAME}. */
@Command(
    name = "take",
    description = "Takes items and writes each as a line, until the queue is shut down and empty.",
    mixinStandardHelpOptions = true)
final class QueueTake implements Callable<Integer> {
  @Mixin private final QueueCommand.Lines lines = new QueueCommand.Lines();
  @Mixin private final WaitOption wait = new WaitOption();

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "take no more than so many")
  private long count = Long.MAX_VALUE;

  @Override
  public Integer call() throws InterruptedException, IOException {
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    try (LineQueue<?> queue = lines.open()) {
      for (long taken = 0; taken < count; taken++) {
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
