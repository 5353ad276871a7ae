package org.interlock.testkit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Histories written by hand: {@code A offer 1}, {@code A = in}, {@code A kill}, {@code A gone}. */
final class Histories {
  private Histories() {}

  static History of(String... lines) {
    Recorder recorder = new Recorder();
    Map<Integer, Party> parties = new HashMap<>();
    Map<Party, Integer> calls = new HashMap<>();
    for (String line : lines) {
      int worker = line.charAt(0) - 'A';
      Party party = parties.computeIfAbsent(worker, Party::first);
      String what = line.substring(2);
      if (what.startsWith("= ")) {
        recorder.answered(party, calls.get(party), what.substring(2));
      } else if (what.equals("kill")) {
        recorder.killing(party);
      } else if (what.equals("gone")) {
        recorder.gone(party);
        parties.put(worker, party.next());
      } else {
        List<String> words = List.of(what.split(" "));
        Operation operation = new Operation(words.get(0), words.subList(1, words.size()));
        calls.put(party, recorder.called(party, operation));
      }
    }
    return recorder.history();
  }
}
