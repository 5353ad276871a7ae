package org.interlock.internal.children;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TaskMessageTest {
  private static final Identity WHO = new Identity("cook é", true, 4711, 3, "2:3");

  @Property(tries = 200)
  void bodyArrivesAsItWas(@ForAll byte[] task, @ForAll String name, @ForAll boolean daemon) {
    Identity identity = new Identity(name, daemon, 1L << 40, 7, "1:7");
    TaskMessage read = TaskMessage.fromBody(new TaskMessage(identity, "/tmp/a b", task).toBody());
    if (!name.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      assertThat(read.identity()).isEqualTo(identity);
    }
    assertThat(read.argumentFile()).isEqualTo("/tmp/a b");
    assertThat(read.task()).isEqualTo(task);
  }

  @Test
  void headerArrivesAsItWas() {
    TaskMessage.Header header = TaskMessage.Header.of(new byte[] {1, 2, 3}, 5);
    assertThat(TaskMessage.Header.fromBytes(header.toBytes())).isEqualTo(header);
    assertThat(header.length()).isEqualTo(3);
    assertThat(header.descriptors()).isEqualTo(5);
  }

  @Property(tries = 200)
  void everyFlippedBitOfABodyIsFound(@ForAll @IntRange(max = 10_000) int position) {
    byte[] body = new TaskMessage(WHO, "", new byte[100]).toBody();
    TaskMessage.Header header = TaskMessage.Header.of(body, 0);
    header.check(body);
    int bit = position % (body.length * 8);
    body[bit / 8] ^= (byte) (1 << (bit % 8));
    assertThatThrownBy(() -> header.check(body))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checksum");
  }

  @Test
  void refusesWhatIsNoHeader() {
    assertThatThrownBy(() -> TaskMessage.Header.fromBytes(new byte[TaskMessage.Header.SIZE]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no task");
    byte[] other = TaskMessage.Header.of(new byte[0], 0).toBytes();
    other[7] = 99;
    assertThatThrownBy(() -> TaskMessage.Header.fromBytes(other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("99");
    byte[] negative = TaskMessage.Header.of(new byte[0], -1).toBytes();
    assertThatThrownBy(() -> TaskMessage.Header.fromBytes(negative))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("damaged");
  }
}
