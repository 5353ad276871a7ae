package org.interlock;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.interlock.testing.Actor;
import org.interlock.testing.Worker;

/**
 * Does with locks and numbers what the test says: {@code <thread> <verb> <arguments>}, each named
 * thread one step after another. Answers with a line for each: what the step returned, or the
 * exception.
 */
public final class ObjectWorker implements Worker.Program {
  private final Map<String, Actor> threads = new HashMap<>();
  private final Map<String, ProcessLock> locks = new HashMap<>();
  private final Map<String, ProcessLong> longs = new HashMap<>();
  private final AtomicInteger told = new AtomicInteger();
  private PrintStream out = System.out;

  @Override
  public void run(BufferedReader in, PrintStream out, List<String> arguments) throws Exception {
    this.out = out;
    out.println("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = List.of(line.split(" "));
      Actor thread = threads.computeIfAbsent(words.get(0), name -> new Actor());
      if (words.get(1).equals("end")) {
        threads.remove(words.get(0)).end();
        out.println("ended");
      } else {
        var unused = thread.start(() -> out.println(answer(words)));
      }
    }
    System.exit(0);
  }

  private String answer(List<String> words) {
    try {
      return String.valueOf(step(words.get(1), words.subList(2, words.size())));
    } catch (Throwable e) {
      return e.toString();
    }
  }

  private Object step(String verb, List<String> arguments) throws Exception {
    if (verb.equals("create")) {
      return create(arguments.get(0));
    }
    if (verb.equals("exit")) {
      new Thread(() -> System.exit(Integer.parseInt(arguments.get(0)))).start();
      return "exiting";
    }
    if (verb.equals("halt")) {
      Runtime.getRuntime().halt(Integer.parseInt(arguments.get(0)));
    }
    String name = arguments.get(0);
    return verb.startsWith("long-")
        ? stepOfLong(verb, name, arguments)
        : stepOfLock(verb, name, arguments);
  }

  private String create(String kind) {
    if (kind.equals("lock")) {
      ProcessLock lock = ProcessLock.create();
      locks.put(lock.name(), lock);
      return lock.name();
    }
    ProcessLong number = ProcessLong.create(0);
    longs.put(number.name(), number);
    return number.name();
  }

  private synchronized ProcessLock lock(String name) {
    return locks.computeIfAbsent(name, ProcessLock::open);
  }

  private synchronized ProcessLong number(String name) {
    return longs.computeIfAbsent(name, fresh -> ProcessLong.open(fresh, 0));
  }

  private Object stepOfLong(String verb, String name, List<String> arguments) {
    return switch (verb) {
      case "long-get" -> number(name).get();
      case "long-add" -> number(name).addAndGet(Long.parseLong(arguments.get(1)));
      case "long-count" -> {
        for (int i = Integer.parseInt(arguments.get(1)); i > 0; i--) {
          long ignored = number(name).addAndGet(1);
        }
        yield number(name).get();
      }
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private Object stepOfLock(String verb, String name, List<String> arguments) throws Exception {
    ProcessLock lock = lock(name);
    return switch (verb) {
      case "open" -> lock;
      case "lock" -> {
        lock.lock();
        yield "locked";
      }
      case "try" -> lock.tryLock();
      case "try-for" -> lock.tryLock(Long.parseLong(arguments.get(1)), TimeUnit.MILLISECONDS);
      case "unlock" -> {
        lock.unlock();
        yield "unlocked";
      }
      case "repair" -> lock.onOwnerDeath(death -> told.incrementAndGet());
      case "repair-for-ever" -> lock.onOwnerDeath(death -> sayAndStay("repairing"));
      case "told" -> told;
      case "holds" -> lock.getHoldCount();
      case "owner" -> lock.ownerPid();
      case "attempt" -> attempt(lock);
      case "hold" -> lock.hold().previousOwnerDied();
      case "hold-once" -> {
        try (ProcessLock.Hold hold = lock.hold()) {
          yield hold.previousOwnerDied();
        }
      }
      case "add-under-lock" -> addUnderLock(lock, arguments);
      case "close" -> {
        lock.close();
        locks.remove(name);
        yield "closed";
      }
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private void sayAndStay(String line) {
    out.println(line);
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Tries once: "no", "yes", or "yes, after a death". */
  static String attempt(ProcessLock lock) throws InterruptedException {
    return lock.tryHold(0, TimeUnit.SECONDS)
        .map(hold -> hold.previousOwnerDied() ? "yes, after a death" : "yes")
        .orElse("no");
  }

  /** Read and write apart: without the lock, sums get lost. */
  private long addUnderLock(ProcessLock lock, List<String> arguments) {
    ProcessLong sum = number(arguments.get(1));
    for (int i = Integer.parseInt(arguments.get(2)); i > 0; i--) {
      lock.lock();
      try {
        sum.set(sum.get() + 1);
      } finally {
        lock.unlock();
      }
    }
    return sum.get();
  }
}
