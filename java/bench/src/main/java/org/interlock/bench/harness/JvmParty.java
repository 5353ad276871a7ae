package org.interlock.bench.harness;

import java.util.concurrent.TimeUnit;
import org.interlock.ChildProcess;
import org.interlock.ProcessQueue;
import org.interlock.QueueShutdownException;
import org.jspecify.annotations.Nullable;

/** A JVM of its own, started with {@link ChildProcess}, that plays a {@link Role}. */
public final class JvmParty implements Party {
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(2);

  private final ProcessQueue<Order> orders = ProcessQueue.create(1);
  private final ProcessQueue<Outcome> outcomes = ProcessQueue.create(1);
  private final ChildProcess child;

  private JvmParty(Role role, boolean daemon, String... jvmOptions) {
    ProcessQueue<Order> in = orders;
    ProcessQueue<Outcome> out = outcomes;
    child =
        ChildProcess.builder(() -> play(role, in, out))
            .daemon(daemon)
            .jvmOptions(jvmOptions)
            .start();
  }

  public static JvmParty start(Role role, String... jvmOptions) {
    return new JvmParty(role, true, jvmOptions);
  }

  /** One that may start children itself. */
  public static JvmParty startParent(Role role, String... jvmOptions) {
    return new JvmParty(role, false, jvmOptions);
  }

  private static void play(Role role, ProcessQueue<Order> orders, ProcessQueue<Outcome> outcomes)
      throws Exception {
    role.open();
    try {
      for (; ; ) {
        outcomes.put(role.round(orders.take()));
      }
    } catch (QueueShutdownException finished) {
      role.close();
    }
  }

  public long pid() {
    return child.pid();
  }

  @Override
  public void order(Order order) throws InterruptedException {
    orders.put(order);
  }

  @Override
  public Outcome outcome() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE;
    for (; ; ) {
      @Nullable Outcome outcome = outcomes.poll(100, TimeUnit.MILLISECONDS);
      if (outcome != null) {
        return outcome;
      }
      if (!child.isAlive()) {
        throw new IllegalStateException("its process ended with " + child.exitCode());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("its process does not answer");
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    orders.shutdown();
    if (!child.join(5, TimeUnit.SECONDS)) {
      child.kill();
      child.join();
    }
    orders.close();
    outcomes.close();
  }
}
