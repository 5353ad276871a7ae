package org.interlock;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.interlock.internal.Failures;
import org.interlock.internal.Status;
import org.interlock.internal.children.Child;
import org.interlock.internal.children.Identity;
import org.interlock.internal.children.Plan;
import org.interlock.internal.children.Start;

/**
 * A process that this one started: a JVM that runs a {@link Task}, or any other program.
 *
 * <pre>{@code
 * ProcessQueue<String> orders = ProcessQueue.create(10);
 * ChildProcess eater = ChildProcess.startDaemon(() -> {
 *   while (true) {
 *     System.out.println("ate " + orders.take());
 *   }
 * });
 * ChildProcess cook = ChildProcess.builder(() -> orders.put("dumplings")).name("cook").start();
 * cook.join();
 * }</pre>
 *
 * <p>A child has the java, class path, module path, JVM options, environment, directory, standard
 * output and standard error of its parent, but no debugger and no agent, and it reads {@code
 * /dev/null}.
 *
 * <p><b>Daemon children</b> end when this process ends, in whatever way: {@code main} and all
 * non-daemon threads have ended, {@code System.exit}, an uncaught exception, a signal, {@code
 * halt}, SIGKILL. They get SIGTERM, a second later SIGKILL, and so does every process that they
 * left behind. They do not end when merely the thread that started them ends. They cannot have
 * children.
 *
 * <p><b>Other children</b> are waited for: a JVM whose {@code main} and non-daemon threads have
 * ended ends its daemon children, and itself only when the last of the others has ended. {@code
 * System.exit} and signals leave them alone.
 *
 * <p><b>Spares.</b> A program that starts children again and again has a JVM up and waiting for the
 * next one, which then begins with its task at once: one from the second start on, or as many as
 * {@code -Dinterlock.spares} says, from 0 to 64. Only a task that is started without any setting
 * but name and daemon uses it. It ends at once with this process. A child that was a spare is shown
 * as {@code spare} by {@code ps} and {@code jps}, and is below a guardian also if it is no daemon;
 * then it outlives this process like any other, but not a SIGKILL of its guardian.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before {@code start()} happens-before the
 * task; what the child did happens-before {@code join} returns.
 *
 * <p>Any number of threads may use one.
 *
 * @see <a
 *     href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/posix_spawn.html">posix_spawn</a>,
 *     by which it starts, and <a
 *     href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open</a>, by which
 *     guardians learn of an end
 */
public final class ChildProcess {
  private static final Set<ChildProcess> ALIVE = ConcurrentHashMap.newKeySet();

  private final Child child;

  private ChildProcess(Child child) {
    this.child = child;
    ALIVE.add(this);
    child.whenEnded(() -> ALIVE.remove(this));
  }

  /**
   * Starts a child that runs a task.
   *
   * @param task what it does
   * @return the child
   * @throws IllegalArgumentException as by {@link Builder#start()}
   * @throws PosixException as by {@link Builder#start()}
   * @throws IllegalStateException as by {@link Builder#start()}
   * @see Builder#start()
   */
  public static ChildProcess start(Task task) {
    return builder(task).start();
  }

  /**
   * Starts a child that runs a task and ends with this process.
   *
   * @param task what it does
   * @return the child
   * @throws IllegalArgumentException as by {@link Builder#start()}
   * @throws PosixException as by {@link Builder#start()}
   * @throws IllegalStateException as by {@link Builder#start()}
   * @see Builder#start()
   */
  public static ChildProcess startDaemon(Task task) {
    return builder(task).daemon(true).start();
  }

  /**
   * A child that runs a task, to be started.
   *
   * @param task what it does
   * @return its builder
   */
  public static Builder builder(Task task) {
    return new Builder(Plan.of(task));
  }

  /**
   * A child that is any program, to be started. Its life is that of other children, but Interlock
   * in it knows nothing of its parent.
   *
   * @param command the program, a path or a name to be looked up in PATH, and its arguments
   * @return its builder
   * @throws IllegalArgumentException if there is no program, or an argument has a zero character
   */
  public static Builder command(String... command) {
    return new Builder(Plan.of(command));
  }

  /**
   * The name.
   *
   * @return as given, or {@code Process-1}, {@code Process-2}, in a child {@code Process-2:1}
   */
  public String name() {
    return child.identity().name();
  }

  /**
   * The process id.
   *
   * @return that of the program, also when it has ended
   */
  public long pid() {
    return child.handle().pid();
  }

  /**
   * Whether it ends with this process.
   *
   * @return as it was started
   */
  public boolean isDaemon() {
    return child.identity().daemon();
  }

  /**
   * Whether it has not ended.
   *
   * @return false from the moment on when {@link #exitCode()} is known
   */
  public boolean isAlive() {
    return !child.ended().isDone();
  }

  /**
   * Waits until it has ended, in whatever way; for ever if it never does.
   *
   * @throws InterruptedException if the thread is interrupted, before or meanwhile; the child goes
   *     on
   */
  public void join() throws InterruptedException {
    join(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }

  /**
   * Waits until it has ended.
   *
   * @param timeout how long at most; zero or less only looks
   * @return whether it has ended
   * @throws InterruptedException as by {@link #join()}
   */
  public boolean join(Duration timeout) throws InterruptedException {
    return join(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
  }

  /**
   * Waits until it has ended.
   *
   * @param timeout how long at most; zero or less only looks, {@link Long#MAX_VALUE} is for ever
   * @param unit of timeout
   * @return whether it has ended
   * @throws InterruptedException as by {@link #join()}
   */
  public boolean join(long timeout, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(timeout);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    try {
      if (nanos == Long.MAX_VALUE) {
        child.ended().get();
      } else if (nanos > 0) {
        child.ended().get(nanos, TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // it never fails
    }
    return !isAlive();
  }

  /**
   * How it ended.
   *
   * @return empty while it is alive; 0 if the task returned; 1 if it threw, or needs a class that
   *     the child does not have; n after {@code System.exit(n)}; -n if signal n ended it, also when
   *     it is a JVM that turned the SIGTERM of {@link #terminate()} into exit status 143
   */
  public OptionalInt exitCode() {
    return isAlive() ? OptionalInt.empty() : OptionalInt.of(child.ended().join());
  }

  /**
   * Asks it to end: SIGTERM. Nothing happens if it has ended; a JVM that has not begun with its
   * task ends at once. Does not wait for the end.
   *
   * @throws PosixException if the system refuses, as for a program that has taken another user's
   *     rights
   */
  public void terminate() {
    check(child.terminate());
  }

  /**
   * Ends it: SIGKILL. Nothing happens if it has ended. Does not wait for the end.
   *
   * @throws PosixException as by {@link #terminate()}
   */
  public void kill() {
    check(child.kill());
  }

  private void check(int status) {
    if (status != Status.OK) {
      throw Failures.of(status, toString());
    }
  }

  /**
   * Its end as a future.
   *
   * @return a new future that is completed with this child, in a thread of its own; to complete or
   *     cancel it has no effect on the child
   */
  public CompletableFuture<ChildProcess> onExit() {
    return child.ended().thenApplyAsync(code -> this, this::runInThread);
  }

  /** The JVM waits for what is done at the end of a child if it waits for the child. */
  private void runInThread(Runnable action) {
    Thread thread = new Thread(action, "interlock-exit-" + name());
    thread.setDaemon(isDaemon());
    thread.start();
  }

  /**
   * The JDK's view of the process.
   *
   * @return its handle. A signal that is sent through it is not one that {@link #exitCode()} knows
   *     of
   */
  public ProcessHandle toHandle() {
    return child.handle();
  }

  /**
   * The children of this process that are alive.
   *
   * @return in the order in which they were started
   */
  public static List<ChildProcess> active() {
    return ALIVE.stream()
        .filter(ChildProcess::isAlive)
        .sorted(Comparator.comparingLong(process -> process.child.identity().number()))
        .toList();
  }

  /**
   * The name of this process.
   *
   * @return {@code "main"} in a program that was not started by Interlock
   */
  public static String currentName() {
    return Identity.current().name();
  }

  /**
   * Whether this process is a daemon child.
   *
   * @return false in a program that was not started by Interlock
   */
  public static boolean currentIsDaemon() {
    return Identity.current().daemon();
  }

  /**
   * The process that started this one.
   *
   * @return empty in a program that was not started by Interlock
   */
  public static OptionalLong parentPid() {
    return Identity.current().parent();
  }

  @Override
  public String toString() {
    OptionalInt code = exitCode();
    return "ChildProcess["
        + name()
        + ", pid "
        + pid()
        + (isDaemon() ? ", daemon" : "")
        + (code.isEmpty() ? "" : ", ended with " + code.getAsInt())
        + ']';
  }

  /**
   * How a child is to be started. For one thread at a time; {@link #start()} may be called several
   * times, each time for another child.
   */
  public static final class Builder {
    private final Plan plan;

    private Builder(Plan plan) {
      this.plan = plan;
    }

    /**
     * Its name, for people: it need not be unique.
     *
     * @param name instead of {@code Process-1}
     * @return this
     * @throws IllegalArgumentException if it is empty
     */
    public Builder name(String name) {
      plan.name(name);
      return this;
    }

    /**
     * Whether it ends with this process.
     *
     * @param daemon false if this is not called
     * @return this
     */
    public Builder daemon(boolean daemon) {
      plan.daemon(daemon);
      return this;
    }

    /**
     * Adds options of its JVM. They come after those that it has from its parent, and win.
     *
     * @param options such as {@code "-Xmx64m"}
     * @return this
     * @throws IllegalStateException if it is a command
     */
    public Builder jvmOptions(String... options) {
      plan.jvmOptions(options);
      return this;
    }

    /**
     * Changes its environment, which is otherwise this process's.
     *
     * @param changes variables to set; those with null as value are removed
     * @return this
     * @throws IllegalArgumentException if a name is empty or has a {@code =} in it
     */
    public Builder environment(Map<String, String> changes) {
      plan.environment(changes);
      return this;
    }

    /**
     * Its working directory.
     *
     * @param directory instead of this process's
     * @return this
     */
    public Builder directory(Path directory) {
      plan.directory(directory);
      return this;
    }

    /**
     * Lets it read this process's standard input, instead of {@code /dev/null}.
     *
     * @return this
     */
    public Builder inheritInput() {
      plan.inheritInput();
      return this;
    }

    /**
     * Sends its standard output to a file.
     *
     * @param file created, or emptied
     * @return this
     */
    public Builder redirectOutput(Path file) {
      plan.output(file);
      return this;
    }

    /**
     * Sends its standard error to a file.
     *
     * @param file created, or emptied; may be that of the standard output
     * @return this
     */
    public Builder redirectError(Path file) {
      plan.error(file);
      return this;
    }

    /**
     * Throws its standard output away. Its standard error remains.
     *
     * @return this
     */
    public Builder discardOutput() {
      plan.discardOutput();
      return this;
    }

    /**
     * Starts it. When this returns, a program is executed and a task is on its way; objects that
     * the task captured are kept for the child even if they are closed here now. If this throws,
     * nothing is left of the child.
     *
     * @return the child
     * @throws IllegalArgumentException if the task cannot be serialised: names the field; or if
     *     {@code interlock.spares} is no number from 0 to 64
     * @throws PosixException if the program cannot be executed ({@code ENOENT}, {@code EACCES}), or
     *     the system has no room for another process
     * @throws IllegalStateException in a daemon child, which cannot have children
     */
    public ChildProcess start() {
      return new ChildProcess(Start.of(plan));
    }
  }
}
