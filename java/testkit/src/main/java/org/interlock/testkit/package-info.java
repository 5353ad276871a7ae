/**
 * Property-based stress tests of code that runs in several processes: workers that stay up from try
 * to try and are killed in the middle of things, arbitrary scripts of what they are told, which
 * shrink, and a checker that finds out whether what they answered can be explained.
 *
 * <p>A test has three parts: a {@link org.interlock.testkit.Program} that does in a worker what a
 * script says, a {@link org.interlock.testkit.Model} that says what is right, and a property. This
 * one is about a counter in shared memory. (It is run as it stands, as a test of this kit.)
 *
 * <pre>{@code
 * class CounterProperties {
 *
 *   // What a worker does; it is opened anew for each try.
 *   static final class Counter implements Program {
 *     private ProcessLong counter;
 *
 *     @Override
 *     public void open(List<String> arguments) {
 *       if (counter != null) {
 *         counter.close();
 *       }
 *       counter = ProcessLong.open(arguments.get(0), 0);
 *     }
 *
 *     @Override
 *     public String perform(Operation operation) {
 *       return String.valueOf(counter.addAndGet(Long.parseLong(operation.argument(0))));
 *     }
 *   }
 *
 *   // What is right, if nothing ever happened at the same time.
 *   record Sum() implements Model<Long> {
 *     @Override
 *     public Long initial() {
 *       return 0L;
 *     }
 *
 *     @Override
 *     public List<Outcome<Long>> outcomes(Long state, Party party, Operation operation) {
 *       long sum = state + Long.parseLong(operation.argument(0));
 *       return Model.only(String.valueOf(sum), sum);
 *     }
 *   }
 *
 *   static Crew crew;
 *   static int tries;
 *
 *   @BeforeContainer
 *   static void start() {
 *     crew = Crew.start(2, Counter.class);
 *   }
 *
 *   @AfterContainer
 *   static void end() {
 *     crew.close();
 *   }
 *
 *   @Provide
 *   Arbitrary<Script> scripts() {
 *     return Scripts.forWorkers(2).with(9, "add", "1").with(9, "add", "5")
 *         .withAwaits(5).withKills(1).withStops(1).upTo(20);
 *   }
 *
 *   @Property(tries = 5)
 *   void nothingIsLost(@ForAll("scripts") Script script) {
 *     String name = "counter-" + ProcessHandle.current().pid() + "-" + tries++;
 *     try {
 *       Linearizability.check(new Sum(), crew.run(script, name)).orFail(script);
 *     } finally {
 *       Shared.unlink(name);
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p><b>A failure</b> shows the shrunk script, and the history as a table with the order that
 * explains most of it. jqwik adds the seed, with which {@code @Property(seed = "...")} makes the
 * same scripts again; what the processes make of them may differ.
 *
 * <p><b>Kills.</b> An operation is written down before its worker hears of it. Of one that was
 * under way when its worker was killed the checker assumes nothing: it took effect before the
 * death, or never. Whatever else happens after a death, the model says.
 *
 * <p><b>Waiting.</b> Operations that wait do so with a time in scripts: a wait that nothing ends is
 * reported as a hang after a minute. Workers need Linux, whose {@code /proc} shows whether a
 * process has stopped.
 */
@NullMarked
package org.interlock.testkit;

import org.jspecify.annotations.NullMarked;
