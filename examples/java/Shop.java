import java.util.List;
import java.util.stream.Stream;
import org.interlock.Codec;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.ProcessLong;
import org.interlock.ProcessQueue;
import org.interlock.QueueShutdownException;
import org.interlock.Shared;

/**
 * A shop of several processes, in Java. {@code shop.c} and {@code shop.py} are the same program; any
 * mixture of the three works.
 *
 * <pre>
 *     java -cp interlock.jar:jna-jpms.jar Shop.java kitchen demo
 * </pre>
 *
 * <p>An event is the door, a queue takes orders to the kitchen and another one bills back, and a lock
 * guards the till, whose counter is read and written in two steps. Kill any of them (kill -9) at
 * any time: the others go on, and whoever takes the lock after a dead owner is told.
 */
public final class Shop {
  private final String name;

  private Shop(String name) {
    this.name = name;
  }

  private ProcessEvent door() {
    return ProcessEvent.open(name + "-door");
  }

  private ProcessLock till() {
    return ProcessLock.open(name + "-till")
        .onOwnerDeath(death -> System.out.println("whoever had the till died"));
  }

  private ProcessLong number() {
    return ProcessLong.open(name + "-number", 0);
  }

  private ProcessQueue<String> queue(String part) {
    return ProcessQueue.open(name + "-" + part, Codec.strings(), 100);
  }

  private void open() {
    try (ProcessEvent door = door()) {
      door.set();
      System.out.println("the shop is open");
    }
  }

  private void customer(int count) throws InterruptedException {
    try (ProcessEvent door = door();
        ProcessLock till = till();
        ProcessLong number = number();
        ProcessQueue<String> orders = queue("orders");
        ProcessQueue<String> bills = queue("bills")) {
      System.out.println("a customer waits");
      door.await();
      for (int i = 0; i < count; i++) {
        long next;
        till.lock();
        try {
          next = number.get() + 1;
          number.set(next);
        } finally {
          till.unlock();
        }
        orders.put("order " + next);
        System.out.println("paid the " + bills.take());
      }
    }
  }

  private void kitchen() throws InterruptedException {
    try (ProcessQueue<String> orders = queue("orders");
        ProcessQueue<String> bills = queue("bills")) {
      System.out.println("the kitchen waits");
      while (true) {
        String order = orders.take();
        System.out.println("cooked " + order);
        bills.put("bill of " + order);
      }
    } catch (QueueShutdownException e) {
      System.out.println("the kitchen is closed");
    }
  }

  /** Until it is killed: to see what the next one is told. */
  private void hold() throws InterruptedException {
    till().lock();
    System.out.println("has the till");
    Thread.sleep(Long.MAX_VALUE);
  }

  private void close() {
    try (ProcessQueue<String> orders = queue("orders")) {
      orders.shutdown();
      System.out.println("no more orders");
    }
  }

  private void tidy() {
    List<String> parts = List.of("door", "till", "number", "orders", "bills");
    Stream<String> names = parts.stream().map(part -> name + "-" + part);
    System.out.println("tidied " + names.filter(Shared::unlink).count() + " away");
  }

  /** {@code Shop open|customer|kitchen|hold|close|tidy NAME [COUNT]}. */
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length < 2
        || !List.of("open", "customer", "kitchen", "hold", "close", "tidy").contains(arguments[0])
        || (arguments.length > 2 && !arguments[2].matches("\\d{1,9}"))) {
      System.err.println("usage: Shop open|customer|kitchen|hold|close|tidy NAME [COUNT]");
      System.exit(2);
    }
    Shop shop = new Shop(arguments[1]);
    switch (arguments[0]) {
      case "open" -> shop.open();
      case "customer" -> shop.customer(arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1);
      case "kitchen" -> shop.kitchen();
      case "hold" -> shop.hold();
      case "close" -> shop.close();
      default -> shop.tidy();
    }
  }
}
