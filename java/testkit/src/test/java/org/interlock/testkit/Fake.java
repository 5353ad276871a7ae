package org.interlock.testkit;

/** An object of an imagined kind, for workers that are not there. For one thread. */
abstract class Fake {
  private int pointsToGo = Integer.MAX_VALUE;

  /** Ends an operation where its process is killed. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Something others can see stands before this, and something else behind it. */
  final void point() {
    if (pointsToGo-- == 0) {
      throw new Killed();
    }
  }

  abstract String perform(int worker, Operation operation);

  /** Performs it as far as it gets. */
  final void performUntil(int points, int worker, Operation operation) {
    pointsToGo = points;
    try {
      perform(worker, operation);
    } catch (Killed e) {
      // as asked for
    } finally {
      pointsToGo = Integer.MAX_VALUE;
    }
  }

  void died(int worker) {}
}
