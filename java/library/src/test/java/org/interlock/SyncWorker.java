package org.interlock;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.interlock.testing.Actor;
import org.interlock.testing.Worker;

/**
 * Does with events, semaphores, permits, barriers and conditions what the test says: {@code
 * <thread> <verb> <name> <argument>}, each named thread one step after another. Answers with a line
 * for each: what the step returned, or the exception. {@code <thread> inside <method>} is answered
 * when the thread is in that method.
 */
public final class SyncWorker implements Worker.Program {
  private final Map<String, Actor> threads = new HashMap<>();
  private final Map<String, ProcessEvent> events = new HashMap<>();
  private final Map<String, ProcessSemaphore> semaphores = new HashMap<>();
  private final Map<String, ProcessLock> locks = new HashMap<>();
  private final Map<String, PermitPool> pools = new HashMap<>();
  private final Map<String, ProcessBarrier> barriers = new HashMap<>();
  private final Deque<PermitPool.Permit> permits = new ConcurrentLinkedDeque<>();

  @Override
  public void run(BufferedReader in, PrintStream out, List<String> arguments) throws Exception {
    out.println("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = List.of((line + " 0").split(" "));
      Actor thread = threads.computeIfAbsent(words.get(0), name -> new Actor());
      if (words.get(1).equals("inside")) {
        thread.awaitInside(words.get(2));
        out.println("inside");
      } else {
        thread.start(() -> out.println(answer(words)));
      }
    }
    System.exit(0);
  }

  /** Starts one. */
  static Worker start() {
    Worker worker = Worker.start(SyncWorker.class);
    String ready = worker.line();
    if (!ready.equals("ready")) {
      throw new AssertionError(ready);
    }
    return worker;
  }

  /** Lets a thread of the worker do what will block it in that method. */
  static void block(Worker worker, String step, String method) {
    worker.tell(step);
    String thread = step.substring(0, step.indexOf(' '));
    String answer = worker.ask(thread + " inside " + method);
    if (!answer.equals("inside")) {
      throw new AssertionError(answer);
    }
  }

  private String answer(List<String> words) {
    try {
      return String.valueOf(step(words.get(1), words.get(2), words.get(3)));
    } catch (Throwable e) {
      return e.toString();
    }
  }

  private Object step(String verb, String name, String argument) throws Exception {
    return switch (verb.substring(0, verb.indexOf('-'))) {
      case "event" -> stepOfEvent(verb, name, argument);
      case "semaphore" -> stepOfSemaphore(verb, name, argument);
      case "lock" -> stepOfLock(verb, name, argument);
      case "permits" -> stepOfPermits(verb, name, argument);
      case "barrier" -> stepOfBarrier(verb, name, argument);
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private synchronized ProcessEvent event(String name) {
    return events.computeIfAbsent(name, ProcessEvent::open);
  }

  private synchronized ProcessSemaphore semaphore(String name) {
    return semaphores.computeIfAbsent(name, fresh -> ProcessSemaphore.open(fresh, 0));
  }

  private synchronized ProcessLock lock(String name) {
    return locks.computeIfAbsent(name, ProcessLock::open);
  }

  private synchronized PermitPool pool(String name) {
    return pools.computeIfAbsent(name, found -> PermitPool.find(found).orElseThrow());
  }

  private synchronized ProcessBarrier barrier(String name) {
    return barriers.computeIfAbsent(name, found -> ProcessBarrier.find(found).orElseThrow());
  }

  /** So that it is opened again if it is asked for again. */
  private synchronized void forget(String name) {
    barriers.remove(name);
  }

  private Object stepOfPermits(String verb, String name, String argument) throws Exception {
    int number = Integer.parseInt(argument);
    if (verb.equals("permits-create")) {
      PermitPool created = PermitPool.create(number);
      pools.put(created.name(), created);
      return created.name();
    }
    PermitPool pool = pool(name);
    return switch (verb) {
      case "permits-acquire" -> {
        permits.add(pool.acquire(number));
        yield "acquired";
      }
      case "permits-try" -> pool.tryAcquire().map(permits::add).isPresent();
      case "permits-try-for" ->
          pool.tryAcquire(number, TimeUnit.MILLISECONDS).map(permits::add).isPresent();
      case "permits-release" -> {
        permits.remove().close();
        yield "released";
      }
      case "permits-close" -> {
        pool.close();
        yield "closed";
      }
      case "permits-available" -> pool.availablePermits();
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private Object stepOfBarrier(String verb, String name, String argument) throws Exception {
    if (verb.equals("barrier-exit")) {
      System.exit(Integer.parseInt(argument));
    }
    ProcessBarrier barrier = barrier(name);
    return switch (verb) {
      case "barrier-open" -> barrier;
      case "barrier-await" -> barrier.await();
      case "barrier-await-for" -> barrier.await(Long.parseLong(argument), TimeUnit.MILLISECONDS);
      case "barrier-broken" -> barrier.isBroken();
      case "barrier-reset" -> {
        barrier.reset();
        yield "reset";
      }
      case "barrier-close" -> {
        forget(name);
        barrier.close();
        yield "closed";
      }
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private Object stepOfEvent(String verb, String name, String argument) throws Exception {
    ProcessEvent event = event(name);
    return switch (verb) {
      case "event-open" -> event;
      case "event-get" -> event.isSet();
      case "event-set" -> {
        event.set();
        yield "set";
      }
      case "event-clear" -> {
        event.clear();
        yield "cleared";
      }
      case "event-await" -> {
        event.await();
        yield "awaited";
      }
      case "event-await-for" -> event.await(Long.parseLong(argument), TimeUnit.MILLISECONDS);
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private Object stepOfSemaphore(String verb, String name, String argument) throws Exception {
    if (verb.equals("semaphore-create")) {
      ProcessSemaphore created = ProcessSemaphore.create(Integer.parseInt(argument));
      semaphores.put(created.name(), created);
      return created.name();
    }
    ProcessSemaphore semaphore = semaphore(name);
    return switch (verb) {
      case "semaphore-acquire" -> {
        semaphore.acquire();
        yield "acquired";
      }
      case "semaphore-try" -> semaphore.tryAcquire();
      case "semaphore-try-for" ->
          semaphore.tryAcquire(Long.parseLong(argument), TimeUnit.MILLISECONDS);
      case "semaphore-release" -> {
        semaphore.release(Integer.parseInt(argument));
        yield "released";
      }
      case "semaphore-value" -> semaphore.availablePermits();
      default -> throw new IllegalArgumentException(verb);
    };
  }

  /** The argument is the name of a condition. */
  private Object stepOfLock(String verb, String name, String argument) throws Exception {
    ProcessLock lock = lock(name);
    Condition condition = lock.condition(argument);
    return switch (verb) {
      case "lock-lock" -> {
        lock.lock();
        yield "locked";
      }
      case "lock-unlock" -> {
        lock.unlock();
        yield "unlocked";
      }
      case "lock-await" -> {
        condition.await();
        yield "signalled";
      }
      case "lock-locked-await" -> {
        lock.lock();
        try {
          condition.await();
        } finally {
          lock.unlock();
        }
        yield "signalled";
      }
      case "lock-signal" -> {
        condition.signal();
        yield "signalling";
      }
      case "lock-signal-all" -> {
        condition.signalAll();
        yield "signalling";
      }
      default -> throw new IllegalArgumentException(verb);
    };
  }
}
