package org.interlock.cli;

import java.nio.ByteBuffer;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.Failures;
import org.interlock.internal.NativeArena;
import org.interlock.internal.Natives;
import org.interlock.internal.Status;
import picocli.CommandLine.Command;

/** {@code sweep}. */
@Command(
    name = "sweep",
    description = {
      "Removes anonymous objects that no process has open: what was left by programs that were"
          + " killed. Names that somebody gave stay."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  interlock ls '~*'     # what has no name of its own, and who has it open",
      "  interlock sweep"
    })
final class SweepCommand implements Runnable {
  @Override
  public void run() {
    Natives.require();
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer swept = arena.allocate(Integer.BYTES);
      int status = ColdCalls.il_sweep(NativeArena.addressOf(swept));
      if (status != Status.OK) {
        throw Failures.of(status, "sweeping");
      }
      System.out.println(swept.getInt(0) + " removed");
    }
  }
}
