package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueueMethodsLabTest {
  @Test
  void everyMethodDoesWhatTheLabSays() throws Exception {
    assertThat(LabRun.lab("queue-methods").lines())
        .containsExactly(
            "put four times",
            "[1, 2, 3, 4] size 4, isFull true, isEmpty false",
            "  add(5): IllegalStateException",
            "  offer(5): false",
            "  offer(5, 100 ms): false",
            "  put(5) waits until a child takes",
            "  put(5) has put",
            "[2, 3, 4, 5] size 4, isFull true, isEmpty false",
            "  peek(): 2",
            "  element(): 2",
            "  take(): 2",
            "  poll(): 3",
            "  poll(100 ms): 4",
            "  remove(): 5",
            "[] size 0, isFull false, isEmpty true",
            "  peek(): null",
            "  element(): NoSuchElementException",
            "  poll(): null",
            "  poll(100 ms): null",
            "  remove(): NoSuchElementException",
            "  take() waits until a child puts",
            "  take(): 6",
            "  offerAll(7..12, 0 ms): 4",
            "[7, 8, 9, 10] size 4, isFull true, isEmpty false",
            "  drainTo(list, 2): 2 [7, 8]",
            "clear()",
            "[] size 0, isFull false, isEmpty true");
  }

  @Test
  void speaksChinese() throws Exception {
    assertThat(LabRun.inChinese("queue-methods").lines())
        .hasSize(27)
        .containsSubsequence(
            "put 四次", "  put(5) 阻塞,直到子进程取走一个", "  put(5) 放进去了", "  take() 阻塞,直到子进程放入一个");
  }
}
