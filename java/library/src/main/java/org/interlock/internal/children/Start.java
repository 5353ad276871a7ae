package org.interlock.internal.children;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.interlock.Task;
import org.interlock.internal.Handoff;
import org.interlock.internal.Natives;
import org.interlock.internal.Status;
import org.jspecify.annotations.Nullable;

/** Starts children: gathers what is needed, and leaves the rest to a {@link Reaper}. */
public final class Start {
  private Start() {}

  /**
   * Starts what is planned. A program is executed when this returns; a task is on its way.
   *
   * @throws IllegalStateException in a daemon child
   */
  public static Child of(Plan plan) {
    refuseBelowDaemon();
    return plan.task == null ? command(plan) : task(plan, plan.task);
  }

  private static Child task(Plan plan, Task task) {
    Natives.require();
    try (Handoff handoff = Handoff.begin()) {
      try {
        Child child = task(plan, task, handoff);
        handoff.handOver();
        return child;
      } catch (Throwable e) {
        handoff.takeBack();
        throw e;
      }
    }
  }

  private static Child task(Plan plan, Task task, Handoff handoff) {
    byte[] bytes = TaskBytes.write(task);
    Identity identity = Identity.ofChild(plan.name, plan.daemon);
    if (!plan.isPlain()) {
      return fresh(plan, identity, bytes, handoff);
    }
    Optional<Child> spare = spare(identity, bytes, handoff);
    Child child = spare.isPresent() ? spare.get() : fresh(plan, identity, bytes, handoff);
    Spares.refill();
    return child;
  }

  private static Optional<Child> spare(Identity identity, byte[] bytes, Handoff handoff) {
    Optional<NativeChild> spare = Spares.take();
    if (spare.isEmpty()) {
      return Optional.empty();
    }
    Child child = new Child(identity, spare.get());
    Parcel parcel =
        new Parcel(new TaskMessage(identity, "", bytes).toBody(), handoff.descriptors(), null);
    // Whatever the reason why it did not take the task: a new JVM will, or tell why.
    return run(child, null, parcel) == Status.OK ? Optional.of(child) : Optional.empty();
  }

  private static Child fresh(Plan plan, Identity identity, byte[] bytes, Handoff handoff) {
    JvmCommand command =
        JvmCommand.of(
                JvmFacts.ofThisJvm(), plan.jvmOptions, plan.directory != null, identity.name())
            .loading(Natives.library());
    Path file = null;
    if (ArgumentFile.isNeededFor(command.arguments())) {
      file = writeArguments(command);
      command = command.withOptionsFrom(file);
    }
    TaskMessage message = new TaskMessage(identity, file == null ? "" : file.toString(), bytes);
    Launch launch = launch(plan, command.arguments(), JvmCommand.OPTION_VARIABLES);
    return run(launch, identity, new Parcel(message.toBody(), handoff.descriptors(), file));
  }

  private static Child command(Plan plan) {
    Identity identity = Identity.ofChild(plan.name, plan.daemon);
    return run(launch(plan, plan.command, Set.of()), identity, null);
  }

  private static void refuseBelowDaemon() {
    if (Identity.current().daemon()) {
      throw new IllegalStateException("daemonic processes are not allowed to have children");
    }
  }

  private static Path writeArguments(JvmCommand command) {
    try {
      return ArgumentFile.write(command.options());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the command line of the child is too long, and the file that should take it cannot be"
              + " written: "
              + e.getMessage(),
          e);
    }
  }

  private static Launch launch(Plan plan, List<String> arguments, Set<String> removedVariables) {
    return new Launch(
        List.copyOf(arguments),
        Environment.changes(removedVariables, plan.environment),
        text(plan.directory),
        text(plan.output),
        text(plan.error),
        plan.daemon ? Launch.Life.DAEMON : Launch.Life.FREE,
        plan.inheritInput);
  }

  /** For {@link Spares}: all is this process's. */
  static Launch launchOfSpare(JvmCommand command) {
    return new Launch(
        command.arguments(),
        Environment.changes(JvmCommand.OPTION_VARIABLES, Map.of()),
        null,
        null,
        null,
        Launch.Life.SPARE,
        false);
  }

  private static @Nullable String text(@Nullable Path path) {
    return path == null ? null : path.toString();
  }

  private static Child run(Launch launch, Identity identity, @Nullable Parcel parcel) {
    Child child = new Child(identity, new NativeChild());
    int status = run(child, launch, parcel);
    if (status != Status.OK) {
      throw StartFailures.of(status, launch, identity.name());
    }
    return child;
  }

  private static int run(Child child, @Nullable Launch launch, @Nullable Parcel parcel) {
    Reaper reaper = new Reaper(child, launch, parcel);
    try {
      reaper.start();
    } catch (Throwable e) { // no memory for a thread
      if (parcel != null) {
        ArgumentFile.delete(parcel.argumentFile());
      }
      throw e;
    }
    return await(reaper);
  }

  private static int await(Reaper reaper) {
    try {
      return reaper.started().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof Error error) {
        error.addSuppressed(e); // where start() was called
        throw error;
      }
      throw new IllegalStateException("the child was not started: " + cause, cause);
    }
  }
}
