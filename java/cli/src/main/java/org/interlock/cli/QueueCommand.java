package org.interlock.cli;

import org.interlock.JoinableQueue;
import org.interlock.ProcessQueue;
import org.interlock.internal.Kinds;
import org.interlock.internal.look.Bystander;
import org.interlock.internal.look.ObjectView;
import org.interlock.internal.look.Sight;
import org.interlock.internal.look.Space;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code queue put | take | shutdown NAME}. */
@Command(
    name = "queue",
    description = {
      "Puts lines of standard input into a queue, or takes items and writes them as lines.",
      "",
      "Once put has ended with 0, every line is in the queue, whoever dies. What take has taken from"
          + " a ProcessQueue dies with it; an item of a JoinableQueue is done once it is written."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(put | take | shutdown)",
    subcommands = {QueuePut.class, QueueTake.class, QueueCommand.Shutdown.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  find . -name '*.png' -print0 | interlock queue put -0 pictures --shutdown",
      "  interlock queue take -0 pictures | xargs -0 -n1 optipng   # as many of these as you like"
    })
final class QueueCommand {
  /** What put and take have in common. */
  static final class Lines {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Parameters(index = "0", paramLabel = "NAME", description = "the queue; made if there is none")
    String name;

    @Option(
        names = {"-0", "--null"},
        description = "items end with a zero byte instead of a new line, as for xargs -0")
    private boolean zero;

    @Option(
        names = "--capacity",
        paramLabel = "N",
        description = "put waits while it has so many items (default: it grows)")
    private @Nullable Integer capacity;

    @Option(names = "--joinable", description = "a JoinableQueue: items are there until done")
    private boolean joinable;

    @Option(
        names = "--codec",
        paramLabel = "ID",
        description = "utf8, bytes or i64 (default: that of the queue, utf8 if it is made here)")
    private @Nullable String codec;

    byte end() {
      return (byte) (zero ? 0 : '\n');
    }

    /** The queue as it is, unless something was asked of it, which it then must be. */
    LineQueue<?> open() {
      if (capacity == null && !joinable && codec == null) {
        ObjectView there = Bystander.look(Space.OBJECTS, name).orElse(null);
        if (there != null && there.sight() == Sight.WHOLE && isQueue(there.info().kind())) {
          return open(
              LineForm.of(there.info().codec(), name),
              (int) there.info().parameter0(),
              there.info().parameter1(),
              there.info().kind() == Kinds.JOINABLE_QUEUE);
        }
      }
      LineForm<?> form =
          LineForm.of(codec == null ? "utf8" : codec)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException("--codec is utf8, bytes or i64, not " + codec));
      return make(form);
    }

    private <E> LineQueue<E> make(LineForm<E> form) {
      int items = capacity == null ? ProcessQueue.UNBOUNDED : capacity;
      return new LineQueue<>(
          form,
          joinable
              ? JoinableQueue.open(name, form.codec, items)
              : ProcessQueue.open(name, form.codec, items));
    }

    private <E> LineQueue<E> open(LineForm<E> form, int items, long bytes, boolean isJoinable) {
      return new LineQueue<>(
          form,
          isJoinable
              ? JoinableQueue.open(name, form.codec, items, bytes)
              : ProcessQueue.open(name, form.codec, items, bytes));
    }

    private static boolean isQueue(int kind) {
      return kind == Kinds.QUEUE || kind == Kinds.JOINABLE_QUEUE;
    }
  }

  @Command(
      name = "shutdown",
      description = "Ends a queue: nothing more goes in, takers get what is left and end.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  interlock queue shutdown jobs")
  static final class Shutdown implements Runnable {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Parameters(paramLabel = "NAME", description = "the queue")
    private String name;

    @Override
    public void run() {
      if (Bystander.look(Space.OBJECTS, name).isEmpty()) {
        throw Failure.of("there is no queue " + name);
      }
      Lines lines = new Lines();
      lines.name = name;
      try (LineQueue<?> queue = lines.open()) {
        queue.shutdown();
      }
    }
  }
}
