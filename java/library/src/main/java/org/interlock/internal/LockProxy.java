package org.interlock.internal;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.interlock.internal.WaiterThreads.ThreadMustEnd;
import org.jspecify.annotations.Nullable;

/**
 * Takes, holds and releases a lock for a virtual thread: the native lock belongs to a platform
 * thread, and a virtual thread moves between those. A proxy is bound to one hold. If the virtual
 * thread ends while it holds the lock, so does the thread of the proxy, and the rule for owners
 * that died applies.
 */
final class LockProxy implements Runnable {
  private final LockCore lock;
  private final Thread customer = Thread.currentThread();
  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();

  // Only used by the proxy's thread.
  private boolean holding;
  private boolean dismissed;

  private record Order(IntSupplier work, CompletableFuture<Integer> result) {}

  private LockProxy(LockCore lock) {
    this.lock = lock;
  }

  /** For the current thread. */
  static LockProxy start(LockCore lock) {
    LockProxy proxy = new LockProxy(lock);
    WaiterThreads.execute(proxy);
    return proxy;
  }

  /** As {@link LockCore#takeNative}. */
  int take(long nanos) {
    return order(
        () -> {
          int status = lock.takeNative(nanos);
          holding = status == Status.OK || status == Status.OWNER_DIED;
          return status;
        });
  }

  /** As {@link LockCore#releaseNative}; the proxy is of no more use. */
  int release(boolean repaired) {
    return order(
        () -> {
          holding = false;
          dismissed = true;
          return lock.releaseNative(repaired);
        });
  }

  /** Makes a native call as the owner. */
  int call(IntSupplier work) {
    return order(work);
  }

  /** The lock was not taken; the proxy is of no more use. */
  void dismiss() {
    orders.add(
        new Order(
            () -> {
              dismissed = true;
              return Status.OK;
            },
            new CompletableFuture<>()));
  }

  /** Waits for the result whatever interrupts come: the order is carried out anyway. */
  private int order(IntSupplier work) {
    CompletableFuture<Integer> result = new CompletableFuture<>();
    orders.add(new Order(work, result));
    return result.join();
  }

  @Override
  public void run() {
    while (!dismissed) {
      Order order = next();
      if (order != null) {
        carryOut(order);
      } else if (!customer.isAlive()) {
        if (holding) {
          throw new ThreadMustEnd();
        }
        return;
      }
    }
  }

  private static void carryOut(Order order) {
    try {
      order.result.complete(order.work.getAsInt());
    } catch (Throwable e) {
      order.result.completeExceptionally(e);
    }
  }

  private @Nullable Order next() {
    try {
      return orders.poll(HotCalls.SLICE_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return null; // nobody has a reason to: look again
    }
  }
}
