package org.interlock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What a failing property shows: a short script, the history, and the seed. */
class FailureReportTest {

  /** Is run by the test below only. */
  static class BrokenQueueProperties {
    @Provide
    Arbitrary<Script> scripts() {
      return ObjectScripts.queue(40);
    }

    @Property(seed = "42", tries = 200)
    void fits(@ForAll("scripts") Script script) {
      Fake fake = BrokenFakes.ALL.get("queue: last in, first out").get();
      BrokenFakesTest.run("queue", fake, script, 1).orFail(script);
    }
  }

  private static final class Listener implements TestExecutionListener {
    private final List<String> reports = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
      reports.add(entry.toString());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      result.getThrowable().ifPresent(failures::add);
    }
  }

  @Test
  void showsTheShrunkScriptTheHistoryAndTheSeed() {
    Listener listener = new Listener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(BrokenQueueProperties.class))
                .configurationParameter("jqwik.database", "target/jqwik-database-of-report")
                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                .build(),
            listener);
    assertThat(listener.reports).anyMatch(report -> report.contains("seed = 42"));
    assertThat(listener.failures).hasSize(1);
    String message = listener.failures.get(0).getMessage();
    assertThat(message)
        .contains("No order of these operations fits QueueModel[capacity=3]")
        .contains("What could be next")
        .contains("= in")
        .contains("The script:\n");
    // Two offers, and three lines of waiting, three or four polls and three offers at its end.
    String script = message.substring(message.indexOf("The script:\n"));
    assertThat(script.lines().filter(line -> line.contains("kill"))).isEmpty();
    assertThat(script.lines().count()).isLessThanOrEqualTo(13);
  }
}
