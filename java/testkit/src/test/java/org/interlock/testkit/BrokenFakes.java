package org.interlock.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What goes wrong in practice, each in an object that is sound otherwise. */
final class BrokenFakes {
  static final Map<String, Supplier<Fake>> ALL = new TreeMap<>();

  private BrokenFakes() {}

  static {
    queues();
    locks();
    semaphores();
    events();
    joinableQueues();
  }

  private static void queues() {
    ALL.put(
        "queue: last in, first out",
        () ->
            new Fakes.Queue() {
              @Override
              String poll() {
                return items.removeLast();
              }
            });
    ALL.put(
        "queue: every third item is delivered twice",
        () ->
            new Fakes.Queue() {
              @Override
              String poll() {
                return polls % 3 == 0 ? items.getFirst() : super.poll();
              }
            });
    ALL.put(
        "queue: every third item is lost",
        () ->
            new Fakes.Queue() {
              @Override
              String offer(String item) {
                return offers % 3 == 0 ? "in" : super.offer(item);
              }
            });
    ALL.put(
        "queue: a lost wake-up, the poll times out",
        () ->
            new Fakes.Queue() {
              @Override
              String poll() {
                return polls % 4 == 0 ? "nothing" : super.poll();
              }
            });
    ALL.put(
        "queue: commit before copy",
        () ->
            new Fakes.Queue() {
              @Override
              String offer(String item) {
                items.addLast("what was there before");
                point();
                items.removeLast();
                items.addLast(item);
                return "in";
              }
            });
    ALL.put(
        "queue: a killed offer uses up room",
        () ->
            new Fakes.Queue() {
              private int reserved;

              @Override
              boolean isFull() {
                return reserved >= ObjectScripts.CAPACITY;
              }

              @Override
              String offer(String item) {
                reserved++;
                return super.offer(item);
              }

              @Override
              String poll() {
                String item = super.poll();
                reserved--;
                return item;
              }
            });
    ALL.put(
        "queue: a killed poll loses a second item",
        () ->
            new Fakes.Queue() {
              @Override
              String poll() {
                String item = items.removeFirst();
                String second = items.pollFirst();
                point();
                if (second != null) {
                  items.addFirst(second);
                }
                return item;
              }
            });
    ALL.put(
        "queue: one item more than there is room for",
        () ->
            new Fakes.Queue() {
              @Override
              boolean isFull() {
                return items.size() > ObjectScripts.CAPACITY;
              }
            });
  }

  private static void locks() {
    ALL.put(
        "lock: granted to two",
        () ->
            new Fakes.Lock() {
              @Override
              boolean isFor(int worker) {
                return super.isFor(worker) || tries % 3 == 0;
              }
            });
    ALL.put(
        "lock: no robust recovery",
        () ->
            new Fakes.Lock() {
              @Override
              void died(int worker) {}
            });
    ALL.put(
        "lock: the next owner is not told of a death",
        () ->
            new Fakes.Lock() {
              @Override
              void died(int worker) {
                super.died(worker);
                died = false;
              }
            });
    ALL.put(
        "lock: the news of a death dies with who heard it",
        () ->
            new Fakes.Lock() {
              @Override
              String tryLock(int worker) {
                String answer = super.tryLock(worker);
                if (!answer.equals("busy")) {
                  died = false;
                }
                return answer;
              }

              @Override
              void died(int worker) {
                boolean before = died;
                super.died(worker);
                died = died && (before || holds == 0);
              }
            });
    ALL.put(
        "lock: anybody unlocks it",
        () ->
            new Fakes.Lock() {
              @Override
              String unlock(int worker) {
                return owner < 0 ? "not the owner" : super.unlock(owner);
              }
            });
    ALL.put(
        "lock: not reentrant, the first unlock frees it",
        () ->
            new Fakes.Lock() {
              @Override
              String unlock(int worker) {
                holds = Math.min(holds, 1);
                return super.unlock(worker);
              }
            });
  }

  private static void semaphores() {
    ALL.put(
        "semaphore: every third release is lost",
        () ->
            new Fakes.Semaphore() {
              @Override
              String release(int worker) {
                String answer = super.release(worker);
                permits -= releases % 3 == 0 ? 1 : 0;
                return answer;
              }
            });
    ALL.put(
        "semaphore: a killed release counts twice",
        () ->
            new Fakes.Semaphore() {
              @Override
              String release(int worker) {
                permits += 2;
                point();
                permits--;
                return "released";
              }
            });
    ALL.put(
        "permits: those of the dead are counted twice",
        () ->
            new Fakes.Permits() {
              @Override
              void died(int worker) {
                permits += held.getOrDefault(worker, 0);
                super.died(worker);
              }
            });
    ALL.put(
        "permits: those of the dead do not come back",
        () ->
            new Fakes.Permits() {
              @Override
              void died(int worker) {
                held.remove(worker);
              }
            });
    ALL.put(
        "permits: given back in two steps",
        () ->
            new Fakes.Permits() {
              @Override
              String release(int worker) {
                if (held.getOrDefault(worker, 0) == 0) {
                  return "not held";
                }
                held.merge(worker, -1, Integer::sum);
                point();
                permits++;
                return "released";
              }
            });
    ALL.put(
        "permits: taken and written down in two steps",
        () ->
            new Fakes.Permits() {
              @Override
              String acquire(int worker) {
                permits--;
                point();
                held.merge(worker, 1, Integer::sum);
                return "acquired";
              }
            });
  }

  private static void events() {
    ALL.put(
        "event: cleared by who awaited it",
        () ->
            new Fakes.Event() {
              @Override
              String await() {
                String answer = super.await();
                set = false;
                return answer;
              }
            });
    ALL.put(
        "event: cleared by a death",
        () ->
            new Fakes.Event() {
              @Override
              void died(int worker) {
                set = false;
              }
            });
    ALL.put(
        "event: every third clear is lost",
        () ->
            new Fakes.Event() {
              @Override
              String change(boolean to) {
                return !to && ++clears % 3 == 0 ? "ok" : super.change(to);
              }
            });
  }

  private static void joinableQueues() {
    ALL.put(
        "joinable: redelivery forgotten",
        () ->
            new Fakes.JoinableQueue() {
              @Override
              void died(int worker) {
                held(worker).clear();
              }
            });
    ALL.put(
        "joinable: redelivered behind newer ones",
        () ->
            new Fakes.JoinableQueue() {
              @Override
              void back(Fakes.Item item) {
                super.back(new Fakes.Item(offers++, item.name(), item.deliveries()));
              }
            });
    ALL.put(
        "joinable: done finishes the wrong item",
        () ->
            new Fakes.JoinableQueue() {
              @Override
              String done(int worker) {
                held(worker).removeLast();
                return "ok";
              }
            });
    ALL.put(
        "joinable: what was done comes again",
        () ->
            new Fakes.JoinableQueue() {
              private final Deque<Fakes.Item> finished = new ArrayDeque<>();

              @Override
              String done(int worker) {
                finished.add(held(worker).getFirst());
                return super.done(worker);
              }

              @Override
              void died(int worker) {
                super.died(worker);
                finished.forEach(this::back);
                finished.clear();
              }
            });
    ALL.put(
        "joinable: join does not wait for what is held",
        () ->
            new Fakes.JoinableQueue() {
              @Override
              boolean isFinished() {
                return waiting.isEmpty();
              }
            });
    ALL.put(
        "joinable: a second delivery looks like the first",
        () ->
            new Fakes.JoinableQueue() {
              @Override
              void back(Fakes.Item item) {
                super.back(new Fakes.Item(item.number(), item.name(), 0));
              }
            });
  }
}
