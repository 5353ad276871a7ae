package org.interlock.testkit;

import net.jqwik.api.Arbitrary;

/** Scripts for three workers and each kind of object; their ends show what became of it. */
final class ObjectScripts {
  static final int WORKERS = 3;
  static final int CAPACITY = 3;

  /** For waits that may be in vain; longer than the queue takes to look who is dead. */
  private static final String MILLIS = "40";

  private ObjectScripts() {}

  private static Scripts scripts() {
    return Scripts.forWorkers(WORKERS).withAwaits(6).withKills(2).withStops(1);
  }

  private static Script settled(Script script) {
    Script settled = script;
    for (int worker = 0; worker < WORKERS; worker++) {
      settled = settled.then(worker, 1, Operation.of(Step.AWAIT));
    }
    return settled;
  }

  static Arbitrary<Script> queue(int most) {
    return scripts()
        .with(8, "offer", Script.NUMBER)
        .with(4, "poll")
        .with(3, "poll", MILLIS)
        .upTo(most)
        .map(
            script ->
                settled(script)
                    .then(
                        0,
                        script.count("offer") + script.count(Step.KILL) + 1,
                        Operation.of("poll"))
                    .then(0, CAPACITY, Operation.of("offer", Script.NUMBER)));
  }

  static Arbitrary<Script> joinableQueue(int most) {
    return scripts()
        .with(8, "offer", Script.NUMBER)
        .with(6, "poll", MILLIS)
        .with(3, "done")
        .with(1, "giveBack")
        .with(1, "join", "0")
        .upTo(most)
        .map(
            script ->
                settled(script)
                    .then(
                        0,
                        script.count("offer") + script.count(Step.KILL) + 1,
                        Operation.of("poll", MILLIS))
                    .then(0, 1, Operation.of("join", "0")));
  }

  static Arbitrary<Script> lock(int most) {
    return scripts()
        .with(6, "tryLock", "0")
        .with(4, "tryLock", MILLIS)
        .with(6, "unlock")
        .upTo(most)
        .map(
            script ->
                settled(settled(script).then(0, 1, Operation.of("tryLock", "0")))
                    .then(1, 1, Operation.of("tryLock", "0")));
  }

  static Arbitrary<Script> semaphore(int most) {
    return scripts()
        .with(6, "tryAcquire", "0")
        .with(3, "tryAcquire", MILLIS)
        .with(6, "release")
        .with(2, "available")
        .upTo(most)
        .map(script -> settled(script).then(0, 1, Operation.of("available")));
  }

  static Arbitrary<Script> event(int most) {
    return scripts()
        .with(4, "set")
        .with(4, "clear")
        .with(4, "isSet")
        .with(3, "await", MILLIS)
        .upTo(most)
        .map(script -> settled(script).then(0, 2, Operation.of("isSet")));
  }
}
