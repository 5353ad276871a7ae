package org.interlock.internal.children;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.interlock.Task;
import org.junit.jupiter.api.Test;

@SuppressWarnings(
    "serial") // lambdas that reach what is not public: nobody reads them but these tests
class TaskBytesTest {
  private static final List<String> RAN = new ArrayList<>();

  /** Not serialisable. */
  static class Stove {
    void heat() {}
  }

  static class Kitchen implements Serializable {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // that is the point
    private final Stove stove = new Stove();

    Task cooking() {
      return () -> stove.heat();
    }
  }

  record Restaurant(String name, Kitchen kitchen) implements Serializable {}

  static class Waiter implements Task {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // that is the point
    private final Restaurant restaurant = new Restaurant("x", new Kitchen());

    @Override
    public void run() {
      RAN.add(restaurant.name());
    }
  }

  static class Refusing implements Serializable {
    private static final long serialVersionUID = 1L;

    private void writeObject(ObjectOutputStream out) throws IOException {
      throw new IOException("I stay here");
    }
  }

  private static void cannotBeSent(Task task, String... told) {
    assertThatThrownBy(() -> TaskBytes.write(task))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(told);
  }

  @Test
  void aTaskRunsAfterItsJourney() throws Exception {
    String text = "moved";
    TaskBytes.read(TaskBytes.write(() -> RAN.add(text))).run();
    assertThat(RAN).contains("moved");
  }

  @Test
  void namesTheFieldsOnTheWay() {
    cannotBeSent(
        new Waiter(),
        Stove.class.getName() + " is not serialisable",
        "field \"restaurant\" of " + Waiter.class.getName(),
        "field \"kitchen\" of " + Restaurant.class.getName(),
        "field \"stove\" of " + Kitchen.class.getName());
  }

  @Test
  void namesWhatALambdaCaptured() {
    String fine = "fine";
    Stove stove = new Stove();
    cannotBeSent(
        () -> RAN.add(fine + stove),
        "captured variable 1 (" + Stove.class.getName() + ")",
        TaskBytesTest.class.getName() + ".lambda$");
  }

  @Test
  void namesThisWhenALambdaCapturedIt() {
    cannotBeSent(
        new Kitchen().cooking(),
        "\"this\" (" + Kitchen.class.getName() + ")",
        "field \"stove\" of " + Kitchen.class.getName());
  }

  @Test
  void namesTheReceiverOfAMethodReference() {
    cannotBeSent(new Stove()::heat, "the object of the method reference", Stove.class.getName());
  }

  @Test
  void findsTheWayThroughCollectionsAndArrays() {
    List<Object> immutable = List.of("a", new Stove());
    cannotBeSent(() -> RAN.add("" + immutable), "an element of captured variable 0");
    List<Object> list = new ArrayList<>(List.of(new Stove()));
    cannotBeSent(() -> RAN.add("" + list), "captured variable 0", "java.util.ArrayList");
    Map<String, Object> map = Map.of("k", new Stove());
    cannotBeSent(() -> RAN.add("" + map), "an element of captured variable 0");
    Object[] array = {1, new Stove()};
    cannotBeSent(() -> RAN.add("" + array.length), "captured variable 0", "java.lang.Object[]");
  }

  @Test
  void tellsWhyAnObjectRefused() {
    Refusing refusing = new Refusing();
    cannotBeSent(() -> RAN.add("" + refusing), "I stay here");
  }
}
