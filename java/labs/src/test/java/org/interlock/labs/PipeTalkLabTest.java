package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PipeTalkLabTest {
  @Test
  void questionsAreAnsweredAndTheEndIsTold() throws Exception {
    assertThat(LabRun.lab("pipe-talk").lines())
        .containsExactly(
            "parent: 2 * 3?",
            "child: 6",
            "parent: 3 * 4?",
            "child: 12",
            "parent: the child's end is not mine: ClosedObjectException",
            "the child is killed",
            "parent: it had sent: I was about to say",
            "parent: poll: true",
            "parent: EOFException");
  }

  @Test
  void speaksChinese() throws Exception {
    assertThat(LabRun.inChinese("pipe-talk").lines())
        .containsExactly(
            "父进程: 2 * 3?",
            "子进程: 6",
            "父进程: 3 * 4?",
            "子进程: 12",
            "父进程: 子进程的一端不是我的: ClosedObjectException",
            "子进程被杀死",
            "父进程: 它发送过: I was about to say",
            "父进程: poll: true",
            "父进程: EOFException");
  }
}
