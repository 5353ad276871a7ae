package org.interlock.bench.harness;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A method that JMH measures: a fork for each round, so that rounds compile anew. None where nobody
 * looks at the figures: it takes longer to start than to run.
 */
public final class JmhSession implements Session {
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  private final String benchmark;
  private final boolean allocation;

  private JmhSession(Class<?> type, String method, boolean allocation) {
    benchmark = type.getName() + "." + method;
    this.allocation = allocation;
  }

  /** Nanoseconds for each call. */
  public static Contender nanos(String name, Class<?> type, String method) {
    return new Contender(name, scale -> new JmhSession(type, method, false));
  }

  /** Bytes allocated by each call. */
  public static Contender allocated(String name, Class<?> type, String method) {
    return new Contender(name, scale -> new JmhSession(type, method, true));
  }

  @Override
  public Sample round(Scale scale) throws WrongResult {
    TimeValue warmUp = new TimeValue(scale.warmUp().toMillis() / 4, TimeUnit.MILLISECONDS);
    TimeValue measured = new TimeValue(scale.round().toMillis() / 3, TimeUnit.MILLISECONDS);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(benchmark) + "$")
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(scale.quick() ? 0 : 1)
            .warmupIterations(2)
            .warmupTime(warmUp)
            .measurementIterations(3)
            .measurementTime(measured)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    if (allocation) {
      options.addProfiler(GCProfiler.class);
    }
    try {
      Collection<RunResult> results = new org.openjdk.jmh.runner.Runner(options.build()).run();
      if (results.size() != 1) {
        throw new WrongResult(benchmark + " did not run");
      }
      RunResult result = results.iterator().next();
      Result<?> figure =
          allocation ? result.getSecondaryResults().get(ALLOCATION) : result.getPrimaryResult();
      if (figure == null) {
        throw new WrongResult(benchmark + " gave no " + ALLOCATION);
      }
      return Sample.of(figure.getScore());
    } catch (RunnerException e) {
      throw new WrongResult(benchmark + ": " + e.getMessage());
    }
  }
}
