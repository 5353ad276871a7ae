package org.interlock.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** Platform threads that stay in native calls for virtual threads, which must not. */
public final class WaiterThreads {
  private static final long IDLE_SECONDS = 10;
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** No limit: each is somebody's only way to go on. */
  private static final ThreadPoolExecutor POOL =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          WaiterThreads::newThread);

  private WaiterThreads() {}

  /** Thrown by a task whose thread must end with it, and not wait for other work. */
  static final class ThreadMustEnd extends Error {
    private static final long serialVersionUID = 1L;

    ThreadMustEnd() {
      super(null, null, false, false);
    }
  }

  private static Thread newThread(Runnable runnable) {
    boolean inheritThreadLocals = false;
    Thread thread =
        new Thread(
            null, runnable, "interlock-waiter-" + COUNT.incrementAndGet(), 0, inheritThreadLocals);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.setUncaughtExceptionHandler(WaiterThreads::tell);
    return thread;
  }

  private static void tell(Thread thread, Throwable failure) {
    if (!(failure instanceof ThreadMustEnd)) {
      System.getLogger("org.interlock")
          .log(System.Logger.Level.ERROR, thread.getName() + " failed", failure);
    }
  }

  /** Runs it in a platform thread. */
  static void execute(Runnable task) {
    POOL.execute(task);
  }

  /** Runs it in a platform thread and waits for the result; an interrupt is kept for later. */
  public static long call(LongSupplier task) {
    CompletableFuture<Long> result = new CompletableFuture<>();
    execute(
        () -> {
          try {
            result.complete(task.getAsLong());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        });
    return result.join();
  }
}
