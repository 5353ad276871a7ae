package org.interlock.testkit;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Does at random moments what it is told, in the thread of the test. */
final class FakeWorker implements Worker {
  private final Fake fake;
  private final int number;
  private final Random random;
  private Operation pending;
  private Consumer<String> listener;

  FakeWorker(Fake fake, int number, Random random) {
    this.fake = fake;
    this.number = number;
    this.random = random;
  }

  @Override
  public void open(List<String> arguments) {}

  @Override
  public void begin(Operation operation, Consumer<String> answer) {
    pending = operation;
    listener = answer;
    if (random.nextBoolean()) {
      await();
    }
  }

  @Override
  public void await() {
    if (pending != null) {
      String answer = fake.perform(number, pending);
      pending = null;
      listener.accept(answer);
    }
  }

  @Override
  public void kill() {
    if (pending != null) {
      fake.performUntil(random.nextInt(4), number, pending);
      pending = null;
    }
    fake.died(number);
  }

  @Override
  public void stop() {}

  @Override
  public void cont() {}

  @Override
  public void close() {}
}
