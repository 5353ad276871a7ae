package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import org.interlock.testing.Actor;
import org.interlock.testing.Worker;

/** Random steps of several threads, in one process and in three, against a model of the lock. */
class ProcessLockModelTest {
  private static final int PARTIES = 6;
  private static final int THREADS_OF_A_PROCESS = 2;

  private static final List<Worker> WORKERS = new ArrayList<>();
  private static int threads;

  enum Verb {
    ATTEMPT,
    UNLOCK,
    COUNT,
    END
  }

  record Step(int party, Verb verb) {}

  /** A thread somewhere. */
  interface Party {
    String attempt() throws Exception;

    /** False if it was refused. */
    boolean unlock() throws Exception;

    int count() throws Exception;

    void end() throws Exception;
  }

  /** A lock as one would write it down. */
  static final class Model {
    private int owner = -1;
    private int holds;
    private boolean died;

    String attempt(int party) {
      if (owner != party && owner >= 0) {
        return "no";
      }
      owner = party;
      holds++;
      return died ? "yes, after a death" : "yes";
    }

    boolean unlock(int party) {
      if (owner != party) {
        return false;
      }
      if (--holds == 0) {
        owner = -1;
        died = false;
      }
      return true;
    }

    int count(int party) {
      return owner == party ? holds : 0;
    }

    void end(int party) {
      if (owner == party) {
        owner = -1;
        holds = 0;
        died = true;
      }
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Verb> verbs =
        Arbitraries.frequencyOf(
            Tuple.of(8, Arbitraries.just(Verb.ATTEMPT)),
            Tuple.of(6, Arbitraries.just(Verb.UNLOCK)),
            Tuple.of(2, Arbitraries.just(Verb.COUNT)),
            Tuple.of(1, Arbitraries.just(Verb.END)));
    Arbitrary<Integer> parties = Arbitraries.integers().between(0, PARTIES - 1);
    return Combinators.combine(parties, verbs).as(Step::new).list().ofMaxSize(40);
  }

  @Property(tries = 150)
  void inOneProcess(@ForAll("steps") List<Step> steps) throws Exception {
    String name = "test-model-" + ProcessHandle.current().pid();
    try (ProcessLock lock = ProcessLock.open(name)) {
      List<Party> parties = new ArrayList<>();
      for (int i = 0; i < PARTIES; i++) {
        parties.add(new Here(lock));
      }
      run(steps, parties, lock);
      lock.unlink();
    }
  }

  @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
  void inSeveralProcesses(@ForAll("steps") List<Step> steps) throws Exception {
    String name = "test-model-" + ProcessHandle.current().pid();
    while (WORKERS.size() < PARTIES / THREADS_OF_A_PROCESS - 1) {
      Worker worker = Worker.start(ObjectWorker.class);
      assertThat(worker.line()).isEqualTo("ready");
      WORKERS.add(worker);
    }
    try (ProcessLock lock = ProcessLock.open(name)) {
      List<Party> parties = new ArrayList<>();
      for (int i = 0; i < PARTIES; i++) {
        int process = i / THREADS_OF_A_PROCESS;
        parties.add(process == 0 ? new Here(lock) : new There(WORKERS.get(process - 1), name));
      }
      run(steps, parties, lock);
      for (Worker worker : WORKERS) {
        assertThat(worker.ask("closer close " + name)).isEqualTo("closed");
      }
      lock.unlink();
    }
  }

  @AfterContainer
  static void endWorkers() {
    WORKERS.forEach(Worker::close);
    WORKERS.clear();
  }

  private static void run(List<Step> steps, List<Party> parties, ProcessLock lock)
      throws Exception {
    Model model = new Model();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      Party party = parties.get(step.party);
      String where = "step " + i + " of " + steps;
      switch (step.verb) {
        case ATTEMPT -> assertThat(party.attempt()).as(where).isEqualTo(model.attempt(step.party));
        case UNLOCK -> assertThat(party.unlock()).as(where).isEqualTo(model.unlock(step.party));
        case COUNT -> assertThat(party.count()).as(where).isEqualTo(model.count(step.party));
        case END -> {
          party.end();
          model.end(step.party);
        }
      }
      while (model.owner < 0 && lock.isLocked()) {
        Thread.onSpinWait(); // a thread of the system ends a little after Java's
      }
      assertThat(lock.isLocked()).as(where).isEqualTo(model.owner >= 0);
    }
    for (Party party : parties) {
      party.end();
    }
  }

  /** A thread of this process. */
  private static final class Here implements Party {
    private final ProcessLock lock;
    private Actor actor = new Actor();

    Here(ProcessLock lock) {
      this.lock = lock;
    }

    @Override
    public String attempt() throws Exception {
      return actor.get(() -> ObjectWorker.attempt(lock));
    }

    @Override
    public boolean unlock() throws Exception {
      try {
        actor.run(lock::unlock);
        return true;
      } catch (IllegalMonitorStateException e) {
        return false;
      }
    }

    @Override
    public int count() throws Exception {
      return actor.get(lock::getHoldCount);
    }

    @Override
    public void end() throws Exception {
      actor.run(() -> {});
      actor.end();
      actor = new Actor();
    }
  }

  /** A thread of a worker. */
  private static final class There implements Party {
    private final Worker worker;
    private final String name;
    private final String thread = "t" + threads++;

    There(Worker worker, String name) {
      this.worker = worker;
      this.name = name;
    }

    @Override
    public String attempt() {
      return worker.ask(thread + " attempt " + name);
    }

    @Override
    public boolean unlock() {
      return worker.ask(thread + " unlock " + name).equals("unlocked");
    }

    @Override
    public int count() {
      return Integer.parseInt(worker.ask(thread + " holds " + name));
    }

    @Override
    public void end() {
      worker.ask(thread + " holds " + name); // makes it, if it never did anything
      assertThat(worker.ask(thread + " end")).isEqualTo("ended");
    }
  }
}
