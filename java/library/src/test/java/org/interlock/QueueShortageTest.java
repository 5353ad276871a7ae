package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A full {@code /dev/shm} is an error that says what was needed, and nothing is lost. */
@ParameterizedClass
@ValueSource(strings = {"plain", "joinable"})
class QueueShortageTest {
  private static final int ITEM = 10_000;

  @RegisterExtension final SharedMemory memory = new SharedMemory();

  private final String kind;

  QueueShortageTest(String kind) {
    this.kind = kind;
  }

  private static Worker start(Class<? extends Worker.Program> program, String kind)
      throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    assumeTrue(root, "needs root, to mount a small /dev/shm");
    return Worker.of(program, kind)
        .under(
            "unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs -o size=600k tmpfs /dev/shm && exec \"$0\" \"$@\"")
        .start();
  }

  static ProcessQueue<byte[]> create(List<String> arguments) {
    return arguments.get(0).equals("joinable")
        ? JoinableQueue.create(Codec.bytes(), ProcessQueue.UNBOUNDED, 16 << 20)
        : ProcessQueue.create(Codec.bytes(), ProcessQueue.UNBOUNDED, 16 << 20);
  }

  private static byte[] item(int number) {
    byte[] item = new byte[ITEM];
    Arrays.fill(item, (byte) number);
    return item;
  }

  private static String attempt(java.util.concurrent.Callable<?> use) {
    try {
      return "done " + use.call();
    } catch (PosixException e) {
      return e.errnoName() + " " + e.call() + " " + e.getMessage();
    } catch (Exception e) {
      return e.toString();
    }
  }

  /** Puts until memory ends, takes everything, puts again. */
  static final class Fill implements Worker.Program {
    @Override
    public void run(BufferedReader in, PrintStream out, List<String> arguments) throws Exception {
      try (ProcessQueue<byte[]> queue = create(arguments)) {
        int[] count = {0};
        String failure =
            attempt(
                () -> {
                  while (true) {
                    queue.put(item(count[0]));
                    count[0]++;
                  }
                });
        out.println(count[0]);
        out.println(failure);
        out.println(attempt(() -> queue.offer(new byte[ITEM])));
        out.println(attempt(() -> queue.offer(new byte[ITEM], 1, TimeUnit.HOURS)));
        out.println(attempt(() -> queue.offerAll(List.of(new byte[ITEM]), 1, TimeUnit.HOURS)));
        out.println(queue.size());
        queue.unlink(); // what follows needs what the file holds
        out.println(attempt(() -> create(arguments)));
        boolean same = true;
        if (arguments.get(0).equals("plain")) {
          for (int i = 0; i < count[0]; i++) {
            same &= Arrays.equals(queue.take(), item(i));
          }
          queue.put(item(1));
          same &= Arrays.equals(queue.take(), item(1));
        }
        out.println(same);
      }
      try (ProcessQueue<byte[]> another = create(arguments)) {
        out.println(attempt(() -> another.offer(item(1))));
      }
    }
  }

  @Test
  void puttingWithoutMemory() throws Exception {
    try (Worker worker = start(Fill.class, kind)) {
      int count = Integer.parseInt(worker.line());
      assertThat(count).isBetween(10, 60);
      for (int i = 0; i < 4; i++) {
        assertThat(worker.line())
            .startsWith("ENOSPC posix_fallocate ")
            .contains(kind.equals("plain") ? "ProcessQueue" : "JoinableQueue")
            .contains("12288 bytes were needed")
            .contains("/dev/shm (614400 bytes");
      }
      assertThat(worker.line()).isEqualTo("" + count);
      // A joinable queue needs little to begin with; a plain one its first region.
      assertThat(worker.line()).startsWith(kind.equals("plain") ? "ENOSPC" : "");
      assertThat(worker.line()).isEqualTo("true");
      assertThat(worker.line()).isEqualTo("done true");
      assertThat(worker.exitCode()).isZero();
    }
  }

  /**
   * Taking from a joinable queue needs memory. Room for one item was set aside when it was put: so
   * without any more, items come one at a time.
   */
  static final class Take implements Worker.Program {
    @Override
    public void run(BufferedReader in, PrintStream out, List<String> arguments) throws Exception {
      try (JoinableQueue<byte[]> queue = JoinableQueue.create(Codec.bytes(), 100, 16 << 20)) {
        for (int i = 0; i < 4; i++) {
          queue.put(item(i));
        }
        Path filler = Path.of("/dev/shm/filler");
        try (var stream = Files.newOutputStream(filler)) {
          while (true) {
            stream.write(new byte[4096]);
          }
        } catch (IOException e) {
          out.println("full");
        }
        for (int i = 0; i < 3; i++) {
          boolean same = Arrays.equals(queue.take(), item(i));
          out.println(
              same
                  + " "
                  + Arrays.toString(queue.poll())
                  + " "
                  + queue.receive(1, TimeUnit.MILLISECONDS)
                  + " "
                  + queue.unfinished());
          queue.taskDone();
        }
        Files.delete(filler);
        queue.put(item(4));
        out.println(queue.drainTo(new ArrayList<>()) + " " + queue.unfinished());
        queue.taskDone();
        queue.taskDone();
        out.println(queue.join(0, TimeUnit.SECONDS));
      }
    }
  }

  @Test
  void takingWithoutMemory() throws Exception {
    assumeTrue(kind.equals("joinable"), "a plain queue needs no memory for that");
    try (Worker worker = start(Take.class, kind)) {
      assertThat(worker.line()).isEqualTo("full");
      for (int i = 0; i < 3; i++) {
        assertThat(worker.line()).isEqualTo("true null Optional.empty " + (4 - i));
      }
      assertThat(worker.line()).isEqualTo("2 2");
      assertThat(worker.line()).isEqualTo("true");
      assertThat(worker.exitCode()).isZero();
    }
  }
}
