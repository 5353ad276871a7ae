package org.interlock.cli;

import org.interlock.ProcessSemaphore;
import org.interlock.Shared;

/** Names that a test which failed did not come to remove. */
final class Leftovers {
  private Leftovers() {}

  /** Removes these, of objects and of semaphores, if they are there. */
  static void remove(String... names) {
    for (String name : names) {
      Shared.unlink(name);
      ProcessSemaphore.find(name)
          .ifPresent(
              semaphore -> {
                semaphore.unlink();
                semaphore.close();
              });
    }
  }
}
