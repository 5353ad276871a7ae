package org.interlock.bench.peers;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Judge;
import org.interlock.bench.harness.MissingPeer;
import org.interlock.bench.harness.Party;
import org.interlock.bench.harness.PartySession;
import org.interlock.bench.harness.ProgramParty;

/** The system's Python and its multiprocessing: src/main/python/peers.py. */
public final class PythonPeer {
  private static final String PROGRAM = "python3";

  private PythonPeer() {}

  public static Contender python(String name, Judge judge, String... arguments) {
    return new Contender(name, scale -> PartySession.counted(judge, start(arguments)));
  }

  public static Party start(String... arguments) throws MissingPeer, IOException {
    for (String directory :
        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      File file = new File(directory, PROGRAM);
      if (file.canExecute()) {
        List<String> command = new ArrayList<>(List.of(file.getPath()));
        command.add(Home.path("src", "main", "python", "peers.py").toString());
        command.addAll(List.of(arguments));
        return ProgramParty.start(command);
      }
    }
    throw new MissingPeer("there is no python3 in PATH");
  }
}
