package org.interlock.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A thread that does what the test tells it, one step after another. */
public final class Actor implements AutoCloseable {
  private static final long HANG_SECONDS = 60;

  private volatile @Nullable Future<?> last;
  private final CompletableFuture<Thread> started = new CompletableFuture<>();
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "actor");
            thread.setDaemon(true);
            started.complete(thread);
            return thread;
          });

  /** Something that may throw. */
  @FunctionalInterface
  public interface Step {
    void run() throws Exception;
  }

  /** A question that may throw. */
  @FunctionalInterface
  public interface Check {
    boolean ask() throws Exception;
  }

  /** Asks it and waits for the answer; what it throws is thrown here. */
  public boolean is(Check check) throws Exception {
    return result(executor.submit(check::ask));
  }

  /** Does it and waits for the result; what it throws is thrown here. */
  public <T> T get(Callable<T> step) throws Exception {
    return result(begin(step));
  }

  /** Does it and waits until it is done. */
  public void run(Step step) throws Exception {
    result(start(step));
  }

  /** Starts doing it. */
  public <T> Future<T> begin(Callable<T> step) {
    Future<T> begun = executor.submit(step);
    last = begun;
    return begun;
  }

  /** Starts doing it. */
  public Future<Void> start(Step step) {
    return begin(
        () -> {
          step.run();
          return null;
        });
  }

  /** What came of it; what it threw is thrown. */
  public static <T> T result(Future<T> begun) throws Exception {
    try {
      return begun.get(HANG_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception exception) {
        throw exception;
      }
      throw (Error) e.getCause();
    } catch (TimeoutException e) {
      throw new AssertionError("the actor hangs", e);
    }
  }

  /** The thread, once it has done something. */
  public Thread thread() {
    return started.join();
  }

  /**
   * Waits until the thread is in a method of this name, of a class of Interlock: blocked there, or
   * about to be.
   */
  public Actor awaitInside(String method) {
    Awaitility.await()
        .atMost(HANG_SECONDS, TimeUnit.SECONDS)
        .pollInterval(1, TimeUnit.MILLISECONDS)
        .pollDelay(0, TimeUnit.MILLISECONDS)
        .failFast(() -> assertThat(last).as("it ended instead of waiting").isNotDone())
        .until(() -> isInside(method));
    return this;
  }

  private boolean isInside(String method) {
    for (StackTraceElement frame : thread().getStackTrace()) {
      if (frame.getMethodName().equals(method)
          && frame.getClassName().startsWith("org.interlock.internal")) {
        return true;
      }
    }
    return false;
  }

  /** Lets the thread end; whatever it holds, it holds to the end. */
  public void end() throws Exception {
    executor.shutdown();
    assertThat(executor.awaitTermination(HANG_SECONDS, TimeUnit.SECONDS)).isTrue();
    thread().join(TimeUnit.SECONDS.toMillis(HANG_SECONDS));
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
