package org.interlock.bench.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures a row: all contenders are opened and warmed up, then they take turns, round by round, so
 * that a machine that gets slower meanwhile does so for all of them.
 */
public final class Runner {
  private final Scale scale;
  private final Consumer<String> progress;

  public Runner(Scale scale, Consumer<String> progress) {
    this.scale = scale;
    this.progress = progress;
  }

  public Result run(Row row) {
    List<Figures> figures = new ArrayList<>();
    Map<Figures, Session> open = new LinkedHashMap<>();
    try {
      for (Contender contender : row.contenders()) {
        Figures own = new Figures(contender.name());
        figures.add(own);
        progress.accept(row.name() + ": " + contender.name() + " starts");
        attempt(
            own,
            () -> {
              Session session = contender.opening().open(scale);
              open.put(own, session);
              session.warmUp(scale);
            });
      }
      for (int round = 1; round <= scale.rounds(); round++) {
        for (Map.Entry<Figures, Session> entry : open.entrySet()) {
          Figures own = entry.getKey();
          if (own.failure() == null && own.missing() == null) {
            progress.accept(
                row.name() + ": round " + round + " of " + scale.rounds() + ", " + own.contender());
            attempt(own, () -> own.add(entry.getValue().round(scale)));
          }
        }
      }
    } finally {
      open.forEach((own, session) -> attempt(own, session::close));
    }
    return new Result(row, figures);
  }

  private interface Step {
    void run() throws Exception;
  }

  private void attempt(Figures own, Step step) {
    try {
      step.run();
    } catch (MissingPeer peer) {
      own.missing(String.valueOf(peer.getMessage()));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      own.failed("interrupted");
    } catch (Exception | LinkageError e) {
      own.failed(e.getMessage() == null ? e.toString() : e.getMessage());
      progress.accept(own.contender() + " failed: " + e);
    }
  }
}
