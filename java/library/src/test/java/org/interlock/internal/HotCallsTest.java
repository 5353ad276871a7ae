package org.interlock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.interlock.Codec;
import org.interlock.JoinableQueue;
import org.interlock.ProcessLock;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.Test;

/** The JNI side: results that are no value, and the JVM's own checks of how it is used. */
class HotCallsTest {
  private static final String WARNING = "WARNING";
  private static final String STACK = "\tat ";

  @Test
  void aFailureWhoseResultIsAllValueIsThrown() {
    SharedHandle<LongCore> handle =
        SharedObjects.open(ObjectSpec.create(Kinds.LONG, 5, 0, ""), LongCore.FACTORY);
    long address = handle.object().address();
    assertThat(HotCalls.retire(address, NativeType.KEEP_NOTHING)).isZero();
    assertThatThrownBy(() -> HotCalls.longGet(address))
        .isInstanceOfSatisfying(
            StatusException.class, e -> assertThat(e.status()).isEqualTo(Status.CLOSED));
    assertThatThrownBy(() -> HotCalls.longAdd(address, 1)).isInstanceOf(StatusException.class);
    assertThat(HotCalls.longSet(address, 1)).isEqualTo(Status.CLOSED);
    assertThat(HotCalls.waitPrepare(address, 0, false)).isEqualTo(-Status.CLOSED);
    assertThat(HotCalls.lockTry(address)).isEqualTo(Status.CLOSED);
    handle.close();
  }

  @Test
  void aHandleOfAnotherKindIsRefused() {
    SharedHandle<LongCore> handle =
        SharedObjects.open(ObjectSpec.create(Kinds.LONG, 5, 0, ""), LongCore.FACTORY);
    assertThat(HotCalls.lockTry(handle.object().address())).isEqualTo(Status.INVALID);
    assertThat(HotCalls.queueSize(handle.object().address())).isEqualTo(-Status.INVALID);
    handle.close();
  }

  @Test
  void clocksAndAddresses() {
    long now = HotCalls.clockNow();
    assertThat(HotCalls.deadlineAfter(1_000_000_000)).isGreaterThanOrEqualTo(now + 1_000_000_000);
    assertThat(HotCalls.deadlineAfter(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    ByteBuffer buffer = ByteBuffer.allocateDirect(64);
    assertThat(HotCalls.addressOf(buffer.slice(8, 8))).isEqualTo(HotCalls.addressOf(buffer) + 8);
    assertThat(HotCalls.addressOf(buffer.position(3))).isEqualTo(HotCalls.addressOf(buffer));
  }

  /** Uses what there is, once. */
  static final class UseAll implements Worker.Program {
    @Override
    public void run(BufferedReader in, PrintStream out, List<String> arguments) throws Exception {
      HotCallsTest test = new HotCallsTest();
      test.aFailureWhoseResultIsAllValueIsThrown();
      test.aHandleOfAnotherKindIsRefused();
      test.clocksAndAddresses();
      new StatusTest().everyCodeIsHandled();
      new NativeStructsTest().areWhatTheCompilerMadeOfThem();
      new HandoffTest().keepsAnObjectWhoseSenderHasClosedIt();
      try (ProcessLock lock = ProcessLock.create();
          JoinableQueue<String> queue = JoinableQueue.create(Codec.strings(), 3)) {
        try (ProcessLock.Hold hold = lock.hold()) {
          queue.put("one" + hold.previousOwnerDied());
        }
        out.println(queue.take() + queue.peek() + queue.size());
        queue.taskDone();
        queue.join();
        queue.shutdown();
      }
      out.println("end");
    }
  }

  @Test
  void theJvmFindsNoMisuse() throws IOException {
    List<String> warnings = new ArrayList<>();
    try (Worker worker = Worker.of(UseAll.class).options("-Xcheck:jni").start()) {
      for (String line = worker.line(); !line.equals("end"); line = worker.line()) {
        if (line.contains(WARNING)) {
          warnings.add(line);
        } else if (line.startsWith(STACK) && !warnings.isEmpty()) {
          warnings.set(warnings.size() - 1, warnings.get(warnings.size() - 1) + "\n" + line);
        }
      }
    }
    // JNA's own start has two.
    warnings.removeIf(warning -> warning.contains("com.sun.jna.Native.<clinit>"));
    assertThat(warnings).isEmpty();
  }
}
