package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue whose memory was overwritten: an exception in each process that uses it, no crash. */
@ParameterizedClass
@ValueSource(strings = {"plain", "joinable"})
class QueueDamageTest {
  /** The two mutexes, whose lists of waiters and owners the C library trusts; see guarantees.md. */
  private static final long[][] OUT_OF_THE_PROMISE = {{1280, 1344}, {1536, 1600}};

  @RegisterExtension final SharedMemory memory = new SharedMemory();

  private final String kind;

  QueueDamageTest(String kind) {
    this.kind = kind;
  }

  /** Opens each queue that it is told the name of, and uses it once it is told to. */
  static final class Victim implements Worker.Program {
    @Override
    public void run(BufferedReader in, PrintStream out, List<String> arguments) throws Exception {
      String kind = arguments.get(0);
      for (String name = in.readLine(); name != null; name = in.readLine()) {
        ProcessQueue<Object> queue = QueueWorker.open(List.of(kind, name, "100", "1000000"));
        for (int i = 0; i < 5; i++) {
          queue.put("item " + i);
        }
        queue.take();
        out.println("open");
        in.readLine();
        out.println(use(queue));
        queue.close();
        out.println("closed");
      }
    }

    private static String use(ProcessQueue<Object> queue) {
      Map<String, Callable<?>> uses = new LinkedHashMap<>();
      uses.put("size", queue::size);
      uses.put("isFull", queue::isFull);
      uses.put("peek", queue::peek);
      uses.put("list", () -> new ArrayList<>(queue).size());
      uses.put("offer", () -> queue.offer("x"));
      uses.put("offerAll", () -> queue.offerAll(List.of("x", "y"), 1, TimeUnit.MILLISECONDS));
      uses.put("put", () -> queue.offer("x", 1, TimeUnit.MILLISECONDS));
      uses.put("poll", queue::poll);
      uses.put("take", () -> queue.poll(1, TimeUnit.MILLISECONDS));
      if (queue instanceof JoinableQueue<Object> joinable) {
        uses.put("receive", () -> joinable.receive(1, TimeUnit.MILLISECONDS));
        uses.put("unfinished", joinable::unfinished);
        uses.put("join", () -> joinable.join(1, TimeUnit.MILLISECONDS));
        uses.put("taskDone", () -> done(joinable));
      }
      uses.put("drainTo", () -> queue.drainTo(new ArrayList<>(), 200));
      uses.put("large", () -> queue.offer(new byte[100_000]));
      uses.put("clear", () -> cleared(queue));
      uses.put("toString", queue::toString);
      StringBuilder told = new StringBuilder();
      uses.forEach((name, use) -> told.append(name).append('=').append(outcome(use)).append(' '));
      return told.toString();
    }

    private static Object done(JoinableQueue<Object> queue) {
      queue.taskDone();
      return "done";
    }

    private static Object cleared(ProcessQueue<Object> queue) {
      queue.clear();
      return "cleared";
    }

    private static String outcome(Callable<?> use) {
      try {
        use.call();
        return "ok";
      } catch (RuntimeException e) {
        return e.getClass().getSimpleName();
      } catch (Exception e) {
        return "checked" + e.getClass().getSimpleName();
      }
    }
  }

  private Worker worker() {
    return Worker.start(Victim.class, kind);
  }

  private static void overwrite(Path file, long from, byte[] bytes) throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), from);
    }
  }

  @Test
  void aQueueThatWasOverwrittenAltogetherIsCorrupt() throws Exception {
    try (Worker worker = worker()) {
      for (int value : new int[] {0, 0xff, 'x'}) {
        String name = memory.name();
        assertThat(worker.ask(name)).isEqualTo("open");
        byte[] garbage = new byte[70_000];
        java.util.Arrays.fill(garbage, (byte) value);
        overwrite(SharedMemory.file(name), 0, garbage);
        String told = worker.ask("use it");
        assertThat(told.replace("toString=ok ", "").trim().split(" "))
            .allMatch(outcome -> outcome.endsWith("=CorruptObjectException"), told);
        assertThat(worker.line()).isEqualTo("closed");
      }
    }
  }

  @Test
  void aQueueWithRandomBytesInItHarmsNobody() throws Exception {
    Random random = new Random(42);
    try (Worker worker = worker()) {
      for (int round = 0; round < 60; round++) {
        String name = memory.name();
        assertThat(worker.ask(name)).isEqualTo("open");
        damage(SharedMemory.file(name), random);
        String told = worker.ask("use it");
        assertThat(told.trim().split(" "))
            .as("round %d: %s", round, told)
            .allMatch(
                outcome ->
                    outcome.matches(
                        "\\w+=(ok|CorruptObjectException|DecodeException|PosixException"
                            + "|QueueShutdownException|IllegalStateException)"));
        assertThat(worker.line()).isEqualTo("closed");
      }
    }
  }

  /** A few words, most of them in the control words and near the first items. */
  private void damage(Path file, Random random) throws Exception {
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      long from =
          switch (random.nextInt(3)) {
            case 0 -> 1024 + 8L * random.nextInt(384);
            case 1 -> 8192 + 8L * random.nextInt(40);
            default ->
                8192 + 65536L * 64 * (kind.equals("joinable") ? 1 : 0) + 8L * random.nextInt(60);
          };
      byte[] bytes = new byte[8];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        bytes = new byte[] {(byte) random.nextInt(4), 0, 0, 0, 0, 0, 0, 0};
      }
      if (!isOutOfThePromise(from)) {
        overwrite(file, from, bytes);
      }
    }
  }

  private static boolean isOutOfThePromise(long offset) {
    for (long[] range : OUT_OF_THE_PROMISE) {
      if (offset >= range[0] && offset < range[1]) {
        return true;
      }
    }
    return false;
  }
}
