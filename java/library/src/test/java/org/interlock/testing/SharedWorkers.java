package org.interlock.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Workers that serve the tests of a class one after another, since to start its JVM is most of what
 * a worker costs. They answer each line with one. For the tests that neither kill nor end them: one
 * that has ended is not given again, nor one that has not answered each line or whose answers were
 * not all heard, and after a test that failed none is.
 */
public final class SharedWorkers implements AfterEachCallback, AfterAllCallback {
  private final Supplier<Worker> start;
  private final Deque<Worker> idle = new ArrayDeque<>();

  /** With what was unanswered when it was given. */
  private final Map<Worker, Integer> used = new LinkedHashMap<>();

  /**
   * With this means to start one.
   *
   * @param start returns when the worker is ready
   */
  public SharedWorkers(Supplier<Worker> start) {
    this.start = start;
  }

  /** Starts some now: for a class whose tests are looked at for processes that they leave. */
  public void prepare(int count) {
    while (idle.size() < count) {
      idle.add(start.get());
    }
  }

  /** One that no other thread of this test has. */
  public Worker get() {
    Worker worker = idle.isEmpty() ? start.get() : idle.remove();
    used.put(worker, worker.unanswered());
    return worker;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    boolean failed = context.getExecutionException().isPresent();
    used.forEach(
        (worker, unanswered) -> {
          if (failed || !worker.isAlive() || worker.unanswered() != unanswered) {
            worker.close();
          } else {
            idle.add(worker);
          }
        });
    used.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    idle.forEach(Worker::close);
    idle.clear();
  }
}
