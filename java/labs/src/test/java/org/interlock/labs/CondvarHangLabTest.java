package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a condition variable does depends on the C library; ours must not hang anywhere. */
class CondvarHangLabTest {
  @Test
  void conditionsOfProcessLockDoNotHang() throws Exception {
    LabRun run = LabRun.lab("condvar-hang");
    assertThat(run.lines())
        .contains("ProcessLock.condition: 3 processes wait, one is killed")
        .last()
        .isEqualTo("ProcessLock.condition: 5 of 5 broadcasts have returned, it does not hang here");
    run.indexOf(
        "pthread_cond_t: (broadcast \\d does not return: the watchdog ends process \\d+"
            + "|after broadcast \\d the waiters do not come back: the watchdog ends process \\d+"
            + "|5 of 5 broadcasts have returned, it does not hang here)");
  }

  @Test
  void speaksChinese() throws Exception {
    LabRun run = LabRun.inChinese("condvar-hang");
    assertThat(run.lines()).last().isEqualTo("ProcessLock.condition: 5/5 次 broadcast 都返回了,在这里没有卡住");
    run.indexOf(
        "pthread_cond_t: (第 \\d 次 broadcast 一直不返回,看门狗终止进程 \\d+|第 \\d 次 broadcast 之后等待者没有回来.*|5/5 次 broadcast .*)");
  }
}
