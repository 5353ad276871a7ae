package org.interlock.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.stream.Stream;
import org.interlock.Codec;
import org.interlock.CorruptObjectException;
import org.interlock.DecodeException;
import org.interlock.JoinableQueue;
import org.interlock.PermitPool;
import org.interlock.PosixException;
import org.interlock.ProcessBarrier;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.ProcessLong;
import org.interlock.ProcessQueue;
import org.interlock.Shared;

/**
 * Does with an object that may hold garbage what it is told. An operation is {@code use} with the
 * names of what to do; the answer is {@code fine}, or what no documentation speaks of.
 */
final class GarbageProgram implements Program {
  static final String FINE = "fine";
  static final int CAPACITY = 20;
  static final int PERMITS = 4;
  private static final int MOST_CELLS = 65536;

  private static final List<String> QUEUE_USES =
      List.of(
          "offer",
          "offerLarge",
          "offerFor",
          "offerAll",
          "poll",
          "pollFor",
          "peek",
          "list",
          "drain",
          "size",
          "state",
          "clear",
          "shutdown");

  private static final List<String> JOINABLE_USES =
      List.of("receive", "receive", "done", "giveBack", "taskDone", "unfinished", "join");

  /** What can be done with each kind of object. */
  static final Map<String, List<String>> USES =
      Map.of(
          "queue",
          QUEUE_USES,
          "joinable",
          Stream.concat(QUEUE_USES.stream(), JOINABLE_USES.stream()).toList(),
          "permits",
          List.of("acquire", "acquire", "acquireFor", "release", "available", "state"),
          "lock",
          List.of("lock", "lock", "lockFor", "unlock", "unlock", "signal", "await", "state"),
          "event",
          List.of("set", "clear", "await", "state"),
          "barrier",
          List.of("await", "reset", "abort", "waiting", "state"),
          "long",
          List.of("add", "set", "get", "update"));

  private User user;

  /** One object, and what this process has of it. */
  private interface User {
    Callable<?> use(String name);

    Shared object();

    /** Gives back what others would wait for, for as long as they have to. */
    default void settle() {}
  }

  @Override
  public void open(List<String> arguments) {
    if (user != null) {
      close(user);
    }
    String name = arguments.get(1);
    user =
        switch (arguments.get(0)) {
          case "queue" ->
              new QueueUser(ProcessQueue.open(name, Codec.strings(), CAPACITY, 1 << 17));
          case "joinable" ->
              new QueueUser(JoinableQueue.open(name, Codec.strings(), CAPACITY, 1 << 17));
          case "permits" -> new PoolUser(PermitPool.open(name, PERMITS), new ArrayList<>());
          case "lock" -> new LockUser(ProcessLock.open(name));
          case "event" -> new EventUser(ProcessEvent.open(name));
          case "barrier" -> new BarrierUser(ProcessBarrier.open(name, 3));
          case "long" -> new LongUser(ProcessLong.open(name, 0));
          default -> throw new IllegalArgumentException(arguments.toString());
        };
  }

  /** What is held of garbage may not be there to be given back. */
  private static void close(User user) {
    try {
      user.object().close();
    } catch (CorruptObjectException e) {
      // It said so.
    }
  }

  @Override
  public String perform(Operation operation) throws Exception {
    for (String name : operation.arguments()) {
      try {
        user.use(name).call();
      } catch (CorruptObjectException
          | DecodeException
          | PosixException
          | IllegalStateException // the queue was shut down, or there is no unfinished item
          | IllegalMonitorStateException
          | BrokenBarrierException
          | TimeoutException e) {
        // As documented.
      } catch (Exception | Error e) {
        e.printStackTrace();
        return name + ": " + e;
      }
    }
    user.settle();
    return FINE;
  }

  private static Callable<?> unknown(String name) {
    throw new IllegalArgumentException(name);
  }

  private static Callable<?> between(long least, long most, Callable<? extends Number> use) {
    return () -> {
      long found = use.call().longValue();
      if (found < least || found > most) {
        throw new AssertionError(found + " is not between " + least + " and " + most);
      }
      return found;
    };
  }

  private static Callable<?> run(Action action) {
    return () -> {
      action.run();
      return "";
    };
  }

  private interface Action {
    void run() throws Exception;
  }

  private record QueueUser(
      ProcessQueue<String> object, List<JoinableQueue.Delivery<String>> deliveries)
      implements User {
    QueueUser(ProcessQueue<String> queue) {
      this(queue, new ArrayList<>());
    }

    @Override
    public Callable<?> use(String name) {
      return switch (name) {
        case "offer" -> () -> object.offer("an item");
        case "offerLarge" -> () -> object.offer("x".repeat(3000));
        case "offerFor" -> () -> object.offer("y", 20, TimeUnit.MICROSECONDS);
        case "offerAll" ->
            between(0, 3, () -> object.offerAll(List.of("a", "b", "c"), 0, TimeUnit.SECONDS));
        case "poll" -> object::poll;
        case "pollFor" -> () -> object.poll(20, TimeUnit.MICROSECONDS);
        case "peek" -> object::peek;
        case "list" -> between(0, CAPACITY + MOST_CELLS, () -> new ArrayList<>(object).size());
        case "drain" -> between(0, 100, () -> object.drainTo(new ArrayList<>(), 100));
        case "size" -> between(0, CAPACITY + MOST_CELLS, object::size);
        case "state" -> () -> object + " " + object.isFull() + object.isShutdown();
        case "clear" -> run(object::clear);
        case "shutdown" -> run(object::shutdown);
        default -> object instanceof JoinableQueue<String> queue ? use(queue, name) : unknown(name);
      };
    }

    private Callable<?> use(JoinableQueue<String> queue, String name) {
      return switch (name) {
        case "receive" -> run(() -> queue.receive(0, TimeUnit.SECONDS).ifPresent(deliveries::add));
        case "done" -> run(() -> forget(JoinableQueue.Delivery::done));
        case "giveBack" -> run(() -> forget(JoinableQueue.Delivery::close));
        case "taskDone" -> run(queue::taskDone);
        case "unfinished" -> between(0, Integer.MAX_VALUE, queue::unfinished);
        case "join" -> () -> queue.join(20, TimeUnit.MICROSECONDS);
        default -> unknown(name);
      };
    }

    private void forget(java.util.function.Consumer<JoinableQueue.Delivery<String>> how) {
      if (!deliveries.isEmpty()) {
        how.accept(deliveries.remove(0));
      }
    }
  }

  private record PoolUser(PermitPool object, List<PermitPool.Permit> permits) implements User {
    @Override
    public Callable<?> use(String name) {
      return switch (name) {
        case "acquire" -> run(() -> object.tryAcquire().ifPresent(permits::add));
        case "acquireFor" ->
            run(() -> object.tryAcquire(20, TimeUnit.MICROSECONDS).ifPresent(permits::add));
        case "release" ->
            run(
                () -> {
                  if (!permits.isEmpty()) {
                    permits.remove(0).close();
                  }
                });
        case "available" -> between(0, PERMITS, object::availablePermits);
        case "state" -> object::toString;
        default -> unknown(name);
      };
    }
  }

  private record LockUser(ProcessLock object, Condition condition) implements User {
    LockUser(ProcessLock lock) {
      this(lock, lock.condition("c"));
    }

    @Override
    public Callable<?> use(String name) {
      return switch (name) {
        case "lock" -> object::tryLock;
        case "lockFor" -> () -> object.tryLock(20, TimeUnit.MICROSECONDS);
        case "unlock" -> run(object::unlock);
        case "signal" -> run(condition::signalAll);
        case "await" -> () -> condition.await(20, TimeUnit.MICROSECONDS);
        case "state" -> () -> object + " " + object.isLocked() + object.ownerPid();
        default -> unknown(name);
      };
    }

    @Override
    public void settle() {
      while (object.isHeldByCurrentThread()) {
        object.unlock();
      }
    }
  }

  private record EventUser(ProcessEvent object) implements User {
    @Override
    public Callable<?> use(String name) {
      return switch (name) {
        case "set" -> run(object::set);
        case "clear" -> run(object::clear);
        case "await" -> () -> object.await(20, TimeUnit.MICROSECONDS);
        case "state" -> () -> object + " " + object.isSet();
        default -> unknown(name);
      };
    }
  }

  private record BarrierUser(ProcessBarrier object) implements User {
    @Override
    public Callable<?> use(String name) {
      return switch (name) {
        case "await" -> between(0, 2, () -> object.await(20, TimeUnit.MICROSECONDS));
        case "reset" -> run(object::reset);
        case "abort" -> run(object::abort);
        case "waiting" -> between(0, Integer.MAX_VALUE, object::getNumberWaiting);
        case "state" -> () -> object + " " + object.isBroken();
        default -> unknown(name);
      };
    }
  }

  private record LongUser(ProcessLong object) implements User {
    @Override
    public Callable<?> use(String name) {
      return switch (name) {
        case "add" -> () -> object.addAndGet(1);
        case "set" -> run(() -> object.set(7));
        case "get" -> object::get;
        case "update" -> () -> object.getAndUpdate(value -> value + 1);
        default -> unknown(name);
      };
    }
  }
}
