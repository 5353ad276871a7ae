package org.interlock.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sound ones, in pieces that a test breaks. */
final class Fakes {
  private Fakes() {}

  static class Queue extends Fake {
    final Deque<String> items = new ArrayDeque<>();
    int offers;
    int polls;

    @Override
    String perform(int worker, Operation operation) {
      if (operation.name().equals("poll")) {
        polls++;
        return items.isEmpty() ? "nothing" : poll();
      }
      offers++;
      return isFull() ? "full" : offer(operation.argument(0));
    }

    boolean isFull() {
      return items.size() >= ObjectScripts.CAPACITY;
    }

    String offer(String item) {
      point();
      items.addLast(item);
      point();
      return "in";
    }

    String poll() {
      point();
      String item = items.removeFirst();
      point();
      return item;
    }
  }

  static class Lock extends Fake {
    int owner = -1;
    int holds;
    boolean died;
    int tries;

    @Override
    String perform(int worker, Operation operation) {
      return operation.name().equals("unlock") ? unlock(worker) : tryLock(worker);
    }

    boolean isFor(int worker) {
      return owner < 0 || owner == worker;
    }

    String tryLock(int worker) {
      tries++;
      point();
      if (!isFor(worker)) {
        return "busy";
      }
      owner = worker;
      holds++;
      point();
      return died ? "locked after a death" : "locked";
    }

    String unlock(int worker) {
      point();
      if (owner != worker) {
        return "not the owner";
      }
      if (--holds == 0) {
        owner = -1;
        died = false;
      }
      point();
      return "unlocked";
    }

    @Override
    void died(int worker) {
      if (owner == worker) {
        owner = -1;
        holds = 0;
        died = true;
      }
    }
  }

  static class Semaphore extends Fake {
    int permits = ObjectScripts.CAPACITY;
    int releases;

    @Override
    String perform(int worker, Operation operation) {
      return switch (operation.name()) {
        case "tryAcquire" -> permits > 0 ? acquire(worker) : "none";
        case "release" -> release(worker);
        default -> String.valueOf(permits);
      };
    }

    String acquire(int worker) {
      point();
      permits--;
      point();
      return "acquired";
    }

    String release(int worker) {
      releases++;
      point();
      permits++;
      point();
      return "released";
    }
  }

  /** Which permits are free is counted, not derived from who has them. */
  static class Permits extends Semaphore {
    final Map<Integer, Integer> held = new HashMap<>();

    @Override
    String acquire(int worker) {
      point();
      held.merge(worker, 1, Integer::sum);
      permits--;
      point();
      return "acquired";
    }

    @Override
    String release(int worker) {
      if (held.getOrDefault(worker, 0) == 0) {
        return "not held";
      }
      point();
      held.merge(worker, -1, Integer::sum);
      permits++;
      point();
      return "released";
    }

    @Override
    void died(int worker) {
      Integer lost = held.remove(worker);
      permits += lost == null ? 0 : lost;
    }
  }

  static class Event extends Fake {
    boolean set;
    int clears;

    @Override
    String perform(int worker, Operation operation) {
      return switch (operation.name()) {
        case "set" -> change(true);
        case "clear" -> change(false);
        case "await" -> await();
        default -> String.valueOf(set);
      };
    }

    String change(boolean to) {
      point();
      set = to;
      point();
      return "ok";
    }

    String await() {
      return String.valueOf(set);
    }
  }

  record Item(int number, String name, int deliveries) {
    Item again() {
      return new Item(number, name, deliveries + 1);
    }

    String delivered() {
      return deliveries == 1 ? name : name + " (" + deliveries + ")";
    }
  }

  static class JoinableQueue extends Fake {
    final TreeMap<Integer, Item> waiting = new TreeMap<>();
    final Map<Integer, Deque<Item>> held = new HashMap<>();
    int offers;

    Deque<Item> held(int worker) {
      return held.computeIfAbsent(worker, any -> new ArrayDeque<>());
    }

    @Override
    String perform(int worker, Operation operation) {
      return switch (operation.name()) {
        case "offer" -> waiting.size() >= ObjectScripts.CAPACITY ? "full" : offer(operation);
        case "poll" -> waiting.isEmpty() ? "nothing" : poll(worker);
        case "done" -> held(worker).isEmpty() ? "nothing held" : done(worker);
        case "giveBack" -> held(worker).isEmpty() ? "nothing held" : giveBack(worker);
        default -> String.valueOf(isFinished());
      };
    }

    boolean isFinished() {
      return waiting.isEmpty() && held.values().stream().allMatch(Deque::isEmpty);
    }

    String offer(Operation operation) {
      point();
      Item item = new Item(offers++, operation.argument(0), 0);
      waiting.put(item.number(), item);
      point();
      return "in";
    }

    String poll(int worker) {
      point();
      Item item = waiting.pollFirstEntry().getValue().again();
      held(worker).addLast(item);
      point();
      return item.delivered();
    }

    String done(int worker) {
      point();
      held(worker).removeFirst();
      point();
      return "ok";
    }

    String giveBack(int worker) {
      point();
      back(held(worker).removeFirst());
      point();
      return "ok";
    }

    void back(Item item) {
      waiting.put(item.number(), item);
    }

    @Override
    void died(int worker) {
      List<Item> items = new ArrayList<>(held(worker));
      held(worker).clear();
      items.forEach(this::back);
    }
  }
}
