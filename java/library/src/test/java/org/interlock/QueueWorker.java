package org.interlock;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.interlock.JoinableQueue.Delivery;
import org.interlock.testing.Actor;
import org.interlock.testing.Worker;

/**
 * Does with one queue what the test says: {@code <thread> <verb> <arguments>}, each named thread
 * one step after another. Answers with a line for each: what the step returned, or the exception.
 *
 * <p>Arguments: kind ({@code plain} or {@code joinable}), name, capacity, maxBytes; or none, and
 * {@code open} with these comes first.
 */
public final class QueueWorker implements Worker.Program {
  private final Map<String, Actor> threads = new HashMap<>();
  private final List<Delivery<Object>> deliveries = new ArrayList<>();
  private volatile ProcessQueue<Object> queue;

  @Override
  public void run(BufferedReader in, PrintStream out, List<String> arguments) throws Exception {
    if (!arguments.isEmpty()) {
      queue = open(arguments);
    }
    out.println("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = List.of(line.split(" "));
      Actor thread = threads.computeIfAbsent(words.get(0), name -> new Actor());
      thread.start(() -> out.println(answer(words)));
    }
    System.exit(0);
  }

  static ProcessQueue<Object> open(List<String> arguments) {
    String name = arguments.get(1);
    int capacity = Integer.parseInt(arguments.get(2));
    long maxBytes = Long.parseLong(arguments.get(3));
    return arguments.get(0).equals("joinable")
        ? JoinableQueue.open(name, Codec.objects(), capacity, maxBytes)
        : ProcessQueue.open(name, Codec.objects(), capacity, maxBytes);
  }

  private String answer(List<String> words) {
    try {
      List<String> arguments = words.subList(2, words.size());
      String argument = arguments.isEmpty() ? "" : arguments.get(0);
      Object result = step(words.get(1), argument, arguments);
      return String.valueOf(result);
    } catch (Throwable e) {
      return e.toString().replace('\n', ' ');
    }
  }

  private JoinableQueue<Object> joinable() {
    return (JoinableQueue<Object>) queue;
  }

  private Object step(String verb, String argument, List<String> arguments) throws Exception {
    return switch (verb) {
      case "put" -> {
        queue.put(argument);
        yield "put";
      }
      case "put-large" -> {
        queue.put(new byte[Integer.parseInt(argument)]);
        yield "put";
      }
      case "offer" -> queue.offer(argument);
      case "take" -> queue.take();
      case "poll" -> queue.poll();
      case "poll-for" -> queue.poll(Long.parseLong(argument), TimeUnit.MILLISECONDS);
      case "peek" -> queue.peek();
      case "list" -> new ArrayList<>(queue);
      case "size" -> queue.size();
      case "full" -> queue.isFull();
      case "shutdown" -> {
        queue.shutdown();
        yield "shut down";
      }
      case "is-shutdown" -> queue.isShutdown();
      case "open" -> {
        if (queue != null) {
          queue.close();
        }
        queue = open(arguments);
        yield "ready";
      }
      case "produce" -> produce(queue, argument, Integer.parseInt(arguments.get(1)));
      case "consume" -> consume(queue);
      case "add-to-next" -> ((ProcessLong) queue.take()).addAndGet(Long.parseLong(argument));
      case "take-queue-and-put" -> {
        @SuppressWarnings("unchecked")
        ProcessQueue<Object> other = (ProcessQueue<Object>) queue.take();
        other.put(argument);
        other.close();
        yield "put";
      }
      case "close" -> {
        queue.close();
        yield "closed";
      }
      case "halt" -> {
        Runtime.getRuntime().halt(Integer.parseInt(argument));
        yield "halted";
      }
      default -> joinableStep(verb, argument);
    };
  }

  private Object joinableStep(String verb, String argument) throws Exception {
    return switch (verb) {
      case "receive" -> {
        deliveries.add(joinable().receive());
        Delivery<Object> last = deliveries.get(deliveries.size() - 1);
        yield last.item() + " " + last.deliveries();
      }
      case "done" -> {
        deliveries.remove(0).done();
        yield "done";
      }
      case "give-back" -> {
        deliveries.remove(0).close();
        yield "given back";
      }
      case "task-done" -> {
        joinable().taskDone();
        yield "done";
      }
      case "join" -> {
        joinable().join();
        yield "joined";
      }
      case "unfinished" -> joinable().unfinished();
      default -> throw new IllegalArgumentException(verb + " " + argument);
    };
  }

  /** What producers put and consumers count; some are some hundred characters long. */
  static String item(String producer, int number) {
    return producer + ":" + number + ":" + "x".repeat(number * 7919 % 640);
  }

  /** By all ways of putting. */
  static String produce(ProcessQueue<Object> queue, String producer, int count)
      throws InterruptedException {
    int number = 0;
    while (number < count) {
      switch (number % 7) {
        case 0, 1, 2 -> queue.put(item(producer, number++));
        case 3 -> {
          if (queue.offer(item(producer, number))) {
            number++;
          }
        }
        case 4 -> {
          if (queue.offer(item(producer, number), 5, TimeUnit.MILLISECONDS)) {
            number++;
          }
        }
        default -> {
          List<Object> some = new ArrayList<>();
          for (int i = number; i < Math.min(number + 20, count); i++) {
            some.add(item(producer, i));
          }
          number += queue.offerAll(some, 5, TimeUnit.MILLISECONDS);
        }
      }
    }
    return "produced";
  }

  /** By all ways of taking, until nothing can come any more; the answer is read by {@link Seen}. */
  static String consume(ProcessQueue<Object> queue) throws InterruptedException {
    Seen seen = new Seen();
    List<Object> some = new ArrayList<>();
    int round = 0;
    try {
      while (true) {
        some.clear();
        switch (round++ % 6) {
          case 0, 1 -> some.add(queue.take());
          case 2 -> queue.drainTo(some, 10);
          case 3 -> addIfThere(some, queue.poll());
          case 4 -> addIfThere(some, queue.poll(5, TimeUnit.MILLISECONDS));
          default -> receive(queue, seen);
        }
        for (Object item : some) {
          seen.add((String) item);
          if (queue instanceof JoinableQueue<Object> joinable) {
            joinable.taskDone();
          }
        }
      }
    } catch (QueueShutdownException e) {
      return seen.encode();
    }
  }

  private static void receive(ProcessQueue<Object> queue, Seen seen) throws InterruptedException {
    if (!(queue instanceof JoinableQueue<Object> joinable)) {
      return;
    }
    Delivery<Object> delivery = joinable.receive(5, TimeUnit.MILLISECONDS).orElse(null);
    if (delivery != null) {
      try (delivery) {
        seen.add((String) delivery.item());
        delivery.done();
      }
    }
  }

  private static void addIfThere(List<Object> items, Object item) {
    if (item != null) {
      items.add(item);
    }
  }

  /** Which items a consumer saw, and whether those of each producer came in order. */
  static final class Seen {
    private final Map<String, BitSet> numbers = new TreeMap<>();
    private final Map<String, Integer> last = new HashMap<>();
    private boolean ordered = true;
    private boolean whole = true;

    void add(String item) {
      String[] parts = item.split(":", 3);
      String producer = parts[0];
      int number = Integer.parseInt(parts[1]);
      whole &= item.equals(item(producer, number));
      Integer before = last.put(producer, number);
      ordered &= before == null || before < number;
      BitSet set = numbers.computeIfAbsent(producer, any -> new BitSet());
      ordered &= !set.get(number);
      set.set(number);
    }

    String encode() {
      StringBuilder text =
          new StringBuilder((ordered ? "ordered" : "disordered") + (whole ? "" : "-and-damaged"));
      numbers.forEach(
          (producer, set) ->
              text.append(' ')
                  .append(producer)
                  .append('=')
                  .append(Base64.getEncoder().encodeToString(set.toByteArray())));
      return text.toString();
    }

    /** Adds what a consumer answered to what others did; each item must be new. */
    static void collect(String answer, Map<String, BitSet> all) {
      String[] words = answer.split(" ");
      if (!words[0].equals("ordered")) {
        throw new AssertionError(answer);
      }
      for (int i = 1; i < words.length; i++) {
        int equals = words[i].indexOf('=');
        BitSet seen = BitSet.valueOf(Base64.getDecoder().decode(words[i].substring(equals + 1)));
        BitSet sum = all.computeIfAbsent(words[i].substring(0, equals), any -> new BitSet());
        if (sum.intersects(seen)) {
          throw new AssertionError("delivered twice: " + words[i].substring(0, equals));
        }
        sum.or(seen);
      }
    }
  }
}
