package org.interlock.testkit;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.interlock.ProcessLong;
import org.interlock.Shared;

class CounterProperties {

  // What a worker does; it is opened anew for each try.
  static final class Counter implements Program {
    private ProcessLong counter;

    @Override
    public void open(List<String> arguments) {
      if (counter != null) {
        counter.close();
      }
      counter = ProcessLong.open(arguments.get(0), 0);
    }

    @Override
    public String perform(Operation operation) {
      return String.valueOf(counter.addAndGet(Long.parseLong(operation.argument(0))));
    }
  }

  // What is right, if nothing ever happened at the same time.
  record Sum() implements Model<Long> {
    @Override
    public Long initial() {
      return 0L;
    }

    @Override
    public List<Outcome<Long>> outcomes(Long state, Party party, Operation operation) {
      long sum = state + Long.parseLong(operation.argument(0));
      return Model.only(String.valueOf(sum), sum);
    }
  }

  static Crew crew;
  static int tries;

  @BeforeContainer
  static void start() {
    crew = Crew.start(2, Counter.class);
  }

  @AfterContainer
  static void end() {
    crew.close();
  }

  @Provide
  Arbitrary<Script> scripts() {
    return Scripts.forWorkers(2)
        .with(9, "add", "1")
        .with(9, "add", "5")
        .withAwaits(5)
        .withKills(1)
        .withStops(1)
        .upTo(20);
  }

  @Property(tries = 5)
  void nothingIsLost(@ForAll("scripts") Script script) {
    String name = "counter-" + ProcessHandle.current().pid() + "-" + tries++;
    try {
      Linearizability.check(new Sum(), crew.run(script, name)).orFail(script);
    } finally {
      Shared.unlink(name);
    }
  }
}
