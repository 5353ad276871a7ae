package org.interlock.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.JoinableQueue.Delivery;
import org.interlock.PermitPool;
import org.interlock.PermitPool.Permit;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.ProcessQueue;
import org.interlock.ProcessSemaphore;
import org.interlock.Shared;

/** The objects of Interlock, in the words of the models. Is opened with a kind and a name. */
final class ObjectsProgram implements Program {
  private Tool tool;

  /** One object, and what this process holds of it. */
  private interface Tool {
    String perform(Operation operation) throws Exception;

    void close();
  }

  @Override
  public void open(List<String> arguments) {
    if (tool != null) {
      tool.close();
    }
    String name = arguments.get(1);
    tool =
        switch (arguments.get(0)) {
          case "queue" -> new Queue(name);
          case "joinable" -> new Joinable(name);
          case "lock" -> new Lock(name);
          case "semaphore" -> new Semaphore(name);
          case "permits" -> new Permits(name);
          case "event" -> new Event(name);
          default -> throw new IllegalArgumentException("no object of the kind " + arguments);
        };
  }

  @Override
  public String perform(Operation operation) throws Exception {
    return tool.perform(operation);
  }

  static void unlink(String kind, String name) {
    if (kind.equals("semaphore")) {
      ProcessSemaphore.find(name).ifPresent(ObjectsProgram::unlinkAndClose);
    } else {
      Shared.unlink(name);
    }
  }

  private static void unlinkAndClose(ProcessSemaphore semaphore) {
    semaphore.unlink();
    semaphore.close();
  }

  private static long millis(Operation operation) {
    return Long.parseLong(operation.argument(0));
  }

  private static IllegalArgumentException unknown(Operation operation) {
    return new IllegalArgumentException(operation.toString());
  }

  private static final class Queue implements Tool {
    private final ProcessQueue<String> queue;

    Queue(String name) {
      queue = ProcessQueue.open(name, Codec.strings(), ObjectScripts.CAPACITY, 1 << 20);
    }

    @Override
    public String perform(Operation operation) throws InterruptedException {
      return switch (operation.name()) {
        case "offer" -> queue.offer(operation.argument(0)) ? "in" : "full";
        case "poll" -> {
          String item =
              operation.arguments().isEmpty()
                  ? queue.poll()
                  : queue.poll(millis(operation), TimeUnit.MILLISECONDS);
          yield item == null ? "nothing" : item;
        }
        default -> throw unknown(operation);
      };
    }

    @Override
    public void close() {
      queue.close();
    }
  }

  private static final class Joinable implements Tool {
    private final JoinableQueue<String> queue;
    private final Deque<Delivery<String>> held = new ArrayDeque<>();

    Joinable(String name) {
      queue = JoinableQueue.open(name, Codec.strings(), ObjectScripts.CAPACITY, 1 << 20);
    }

    @Override
    public String perform(Operation operation) throws InterruptedException {
      return switch (operation.name()) {
        case "offer" -> queue.offer(operation.argument(0)) ? "in" : "full";
        case "poll" -> poll(operation);
        case "done" -> finish(Delivery::done);
        case "giveBack" -> finish(Delivery::close);
        case "join" -> String.valueOf(queue.join(millis(operation), TimeUnit.MILLISECONDS));
        default -> throw unknown(operation);
      };
    }

    private String poll(Operation operation) throws InterruptedException {
      Optional<Delivery<String>> delivery = queue.receive(millis(operation), TimeUnit.MILLISECONDS);
      delivery.ifPresent(held::addLast);
      return delivery
          .map(it -> it.isRedelivered() ? it.item() + " (" + it.deliveries() + ")" : it.item())
          .orElse("nothing");
    }

    private String finish(java.util.function.Consumer<Delivery<String>> how) {
      if (held.isEmpty()) {
        return "nothing held";
      }
      how.accept(held.removeFirst());
      return "ok";
    }

    @Override
    public void close() {
      queue.close();
    }
  }

  private static final class Lock implements Tool {
    private final ProcessLock lock;
    private final Deque<ProcessLock.Hold> holds = new ArrayDeque<>();

    Lock(String name) {
      lock = ProcessLock.open(name);
    }

    @Override
    public String perform(Operation operation) throws InterruptedException {
      return switch (operation.name()) {
        case "tryLock" -> tryLock(millis(operation));
        case "unlock" -> unlock();
        default -> throw unknown(operation);
      };
    }

    private String tryLock(long millis) throws InterruptedException {
      Optional<ProcessLock.Hold> hold = lock.tryHold(millis, TimeUnit.MILLISECONDS);
      hold.ifPresent(holds::addLast);
      return hold.map(it -> it.previousOwnerDied() ? "locked after a death" : "locked")
          .orElse("busy");
    }

    private String unlock() {
      if (!holds.isEmpty()) {
        holds.removeLast().close();
        return "unlocked";
      }
      try {
        lock.unlock();
        return "unlocked, though nobody held it";
      } catch (IllegalMonitorStateException e) {
        return "not the owner";
      }
    }

    @Override
    public void close() {
      while (!holds.isEmpty()) {
        holds.removeLast().close();
      }
      lock.close();
    }
  }

  private static final class Semaphore implements Tool {
    private final ProcessSemaphore semaphore;

    Semaphore(String name) {
      semaphore = ProcessSemaphore.open(name, ObjectScripts.CAPACITY);
    }

    @Override
    public String perform(Operation operation) throws InterruptedException {
      return switch (operation.name()) {
        case "tryAcquire" ->
            semaphore.tryAcquire(millis(operation), TimeUnit.MILLISECONDS) ? "acquired" : "none";
        case "release" -> {
          semaphore.release();
          yield "released";
        }
        case "available" -> String.valueOf(semaphore.availablePermits());
        default -> throw unknown(operation);
      };
    }

    @Override
    public void close() {
      semaphore.close();
    }
  }

  private static final class Permits implements Tool {
    private final PermitPool pool;
    private final Deque<Permit> held = new ArrayDeque<>();

    Permits(String name) {
      pool = PermitPool.open(name, ObjectScripts.CAPACITY);
    }

    @Override
    public String perform(Operation operation) throws InterruptedException {
      return switch (operation.name()) {
        case "tryAcquire" -> {
          Optional<Permit> permit = pool.tryAcquire(millis(operation), TimeUnit.MILLISECONDS);
          permit.ifPresent(held::addLast);
          yield permit.isPresent() ? "acquired" : "none";
        }
        case "release" -> {
          if (held.isEmpty()) {
            yield "not held";
          }
          held.removeFirst().close();
          yield "released";
        }
        case "available" -> String.valueOf(pool.availablePermits());
        default -> throw unknown(operation);
      };
    }

    @Override
    public void close() {
      held.forEach(Permit::close);
      pool.close();
    }
  }

  private static final class Event implements Tool {
    private final ProcessEvent event;

    Event(String name) {
      event = ProcessEvent.open(name);
    }

    @Override
    public String perform(Operation operation) throws InterruptedException {
      return switch (operation.name()) {
        case "set" -> {
          event.set();
          yield "ok";
        }
        case "clear" -> {
          event.clear();
          yield "ok";
        }
        case "isSet" -> String.valueOf(event.isSet());
        case "await" -> String.valueOf(event.await(millis(operation), TimeUnit.MILLISECONDS));
        default -> throw unknown(operation);
      };
    }

    @Override
    public void close() {
      event.close();
    }
  }
}
