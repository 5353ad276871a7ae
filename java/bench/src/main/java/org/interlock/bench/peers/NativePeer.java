package org.interlock.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.MissingPeer;
import org.interlock.bench.harness.Party;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.ProgramParty;

/** The programs of native/bench: what C gets from the system, and Boost.Interprocess. */
public final class NativePeer {
  private static final Path DIRECTORY = Home.path("target", "native");

  private NativePeer() {}

  /** A peer in C, in rounds of as many operations as fit. */
  public static Contender c(String name, Judge judge, String... arguments) {
    return new Contender(
        name, scale -> PartySession.counted(judge, start("bench-peer", arguments)));
  }

  public static Contender boost(String name, Judge judge, String... arguments) {
    return new Contender(
        name, scale -> PartySession.counted(judge, start("boost-peer", arguments)));
  }

  public static Party startC(String... arguments) throws MissingPeer, IOException {
    return start("bench-peer", arguments);
  }

  private static Party start(String program, String... arguments) throws MissingPeer, IOException {
    Path file = DIRECTORY.resolve(program);
    if (!Files.isExecutable(file)) {
      throw new MissingPeer(
          program.equals("boost-peer")
              ? "libboost-dev was not there when the bench was built"
              : file + " is not there");
    }
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    return ProgramParty.start(command);
  }
}
