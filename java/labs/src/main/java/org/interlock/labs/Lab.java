package org.interlock.labs;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * A program of the course: a subcommand of {@code lab run}, which may have options of its own.
 *
 * <p>What a lab hands to its children are lambdas that call static methods, so that they capture
 * what those need and never the lab itself.
 */
@Command(mixinStandardHelpOptions = true)
abstract class Lab implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets it
  @ParentCommand
  private Labs.RunLab command;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  /** Runs to the end. Children that are not daemons may outlive this: the JVM waits for them. */
  abstract void run(Lesson lesson) throws Exception;

  @Override
  public final Integer call() throws Exception {
    return command.run(this, spec.name());
  }
}
