package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues as things that are handed on, and as that by which other objects are handed on. */
@ParameterizedClass
@ValueSource(strings = {"plain", "joinable"})
class QueueReferencesTest {
  @RegisterExtension final SharedMemory memory = new SharedMemory();

  private final String kind;
  private final List<AutoCloseable> open = new ArrayList<>();

  QueueReferencesTest(String kind) {
    this.kind = kind;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T closedLater(T object) {
    open.add(object);
    return object;
  }

  private <E> ProcessQueue<E> open(String name, Codec<E> codec) {
    return closedLater(
        kind.equals("joinable")
            ? JoinableQueue.open(name, codec, 10)
            : ProcessQueue.open(name, codec, 10));
  }

  private ProcessQueue<Object> objects(String name) {
    return closedLater(QueueWorker.open(List.of(kind, name, "10", "1000000")));
  }

  private Worker worker(String name) {
    Worker worker = closedLater(Worker.start(QueueWorker.class, kind, name, "10", "1000000"));
    assertThat(worker.line()).isEqualTo("ready");
    return worker;
  }

  private static byte[] serialised(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Object deserialised(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  @Test
  void twoHandlesAreOneQueue() throws Exception {
    String name = memory.name();
    ProcessQueue<String> one = open(name, Codec.strings());
    ProcessQueue<String> two = open(name, Codec.strings());
    assertThat(one).isEqualTo(two).hasSameHashCodeAs(two).isNotSameAs(two);
    one.put("x");
    one.close();
    assertThat(two.take()).isEqualTo("x");
    assertThat(one).isEqualTo(two);
    ProcessQueue<String> other = open(memory.name(), Codec.strings());
    assertThat(one).isNotEqualTo(other).isNotEqualTo("x");
    assertThatThrownBy(() -> two.drainTo(closedLater(open(name, Codec.strings()))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @SuppressWarnings("unchecked")
  void aQueueIsSerialisedAsAReferenceWithItsCodec() throws Exception {
    for (String name : new String[] {memory.name(), null}) {
      ProcessQueue<String> queue =
          name != null
              ? open(name, Codec.strings())
              : closedLater(
                  kind.equals("joinable")
                      ? JoinableQueue.create(Codec.strings(), 10)
                      : ProcessQueue.create(Codec.strings(), 10));
      ProcessQueue<String> copy =
          closedLater((ProcessQueue<String>) deserialised(serialised(queue)));
      assertThat(copy).isEqualTo(queue).isExactlyInstanceOf(queue.getClass());
      assertThat(copy.capacity()).isEqualTo(10);
      copy.put("via the copy");
      queue.close();
      assertThat(copy.take()).isEqualTo("via the copy");
    }
  }

  @Test
  void aReferenceToWhatIsGoneSaysSo() throws Exception {
    String name = memory.name();
    ProcessQueue<String> queue = open(name, Codec.strings());
    byte[] bytes = serialised(queue);
    queue.unlink();
    queue.close();
    assertThatThrownBy(() -> deserialised(bytes))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining(name);
    ProcessQueue<String> anew = open(name, Codec.strings());
    assertThatThrownBy(() -> deserialised(bytes))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining(name);
    assertThat(anew.isEmpty()).isTrue();
    assertThatThrownBy(() -> serialised(queue)).isInstanceOf(ClosedObjectException.class);
  }

  @Test
  void objectsInAnItemArriveAsTheSameObject() throws Exception {
    ProcessQueue<Object> queue = objects(memory.name());
    ProcessLong number = closedLater(ProcessLong.create(5));
    ProcessLock lock = closedLater(ProcessLock.open(memory.name()));
    queue.put(Map.of("number", number, "lock", lock, "queue", queue));
    @SuppressWarnings("unchecked")
    Map<String, AutoCloseable> item = (Map<String, AutoCloseable>) queue.take();
    open.addAll(item.values());
    assertThat(item.get("number")).isEqualTo(number);
    assertThat(item.get("lock")).isEqualTo(lock);
    assertThat(item.get("queue")).isEqualTo(queue);
    assertThat(((ProcessLong) item.get("number")).addAndGet(1)).isEqualTo(6);
    assertThat(number.get()).isEqualTo(6);
  }

  @Test
  void objectsInAnItemArriveInAnotherProcessAsTheSameObject() throws Exception {
    String name = memory.name();
    ProcessQueue<Object> queue = objects(name);
    Worker worker = worker(name);
    ProcessLong number = closedLater(ProcessLong.create(5));
    queue.put(number);
    assertThat(worker.ask("a add-to-next 10")).isEqualTo("15");
    assertThat(number.get()).isEqualTo(15);
    ProcessQueue<Object> other = objects(memory.name());
    queue.put(other);
    assertThat(worker.ask("a take-queue-and-put hello")).isEqualTo("put");
    assertThat(other.take()).isEqualTo("hello");
  }

  @Test
  void anObjectThatIsGoneBeforeItsItemIsTakenIsADecodeException() throws Exception {
    ProcessQueue<Object> queue = objects(memory.name());
    ProcessLong number = ProcessLong.create(5);
    String gone = number.name();
    queue.put(number);
    number.close();
    queue.put("next");
    assertThatThrownBy(queue::take)
        .isInstanceOf(DecodeException.class)
        .hasStackTraceContaining("InvalidObjectException")
        .hasMessageContaining(gone);
    assertThat(queue.take()).isEqualTo("next");
  }

  @Test
  void aClosedObjectCanNotBePut() {
    ProcessQueue<Object> queue = objects(memory.name());
    ProcessLong number = ProcessLong.create(5);
    number.close();
    assertThatThrownBy(() -> queue.put(number)).isInstanceOf(ClosedObjectException.class);
    assertThat(queue.isEmpty()).isTrue();
  }
}
