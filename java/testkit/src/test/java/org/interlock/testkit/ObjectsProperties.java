package org.interlock.testkit;

import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The objects of Interlock fit their models, whatever three processes do with them, and whenever
 * these are killed. {@code -Djqwik.tries.default=200} for a longer run.
 */
class ObjectsProperties {
  private static final int STEPS = 20;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static Crew crew;

  @BeforeContainer
  static void start() {
    crew = Crew.start(ObjectScripts.WORKERS, ObjectsProgram.class);
  }

  @AfterContainer
  static void end() {
    crew.close();
  }

  private static void check(String kind, Model<?> model, Script script) {
    String name = "testkit-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    try {
      Linearizability.check(model, crew.run(script, kind, name)).orFail(script);
    } finally {
      ObjectsProgram.unlink(kind, name);
    }
  }

  @Provide
  Arbitrary<Script> queueScripts() {
    return ObjectScripts.queue(STEPS);
  }

  @Provide
  Arbitrary<Script> joinableQueueScripts() {
    return ObjectScripts.joinableQueue(STEPS);
  }

  @Provide
  Arbitrary<Script> lockScripts() {
    return ObjectScripts.lock(STEPS);
  }

  @Provide
  Arbitrary<Script> semaphoreScripts() {
    return ObjectScripts.semaphore(STEPS);
  }

  @Provide
  Arbitrary<Script> eventScripts() {
    return ObjectScripts.event(STEPS);
  }

  @Property
  void aQueueFitsItsModel(@ForAll("queueScripts") Script script) {
    check("queue", new QueueModel(ObjectScripts.CAPACITY), script);
  }

  @Property
  void aJoinableQueueFitsItsModel(@ForAll("joinableQueueScripts") Script script) {
    check("joinable", new JoinableQueueModel(ObjectScripts.CAPACITY), script);
  }

  @Property
  void aLockFitsItsModel(@ForAll("lockScripts") Script script) {
    check("lock", new LockModel(), script);
  }

  @Property
  void aSemaphoreFitsItsModel(@ForAll("semaphoreScripts") Script script) {
    check("semaphore", new SemaphoreModel(ObjectScripts.CAPACITY), script);
  }

  @Property
  void aPoolOfPermitsFitsItsModel(@ForAll("semaphoreScripts") Script script) {
    check("permits", new PermitsModel(ObjectScripts.CAPACITY), script);
  }

  @Property
  void anEventFitsItsModel(@ForAll("eventScripts") Script script) {
    check("event", new EventModel(), script);
  }
}
