package org.interlock.course;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.interlock.testkit.Model;
import org.interlock.testkit.Operation;
import org.interlock.testkit.Party;
import org.interlock.testkit.Scripts;

/** Session 3: semaphores. */
final class SemaphoresSession {
  private static final int ROOMS = 2;

  static final List<Exercise> EXERCISES =
      List.of(
          new Exercise(
              "3.1",
              "Karaoke",
              new Text(
                  "two rooms: enter() waits a little for one and answers whether the guest got in;"
                      + " who is in already, or was not in, gets false from enter() and leave()",
                  "两间小屋：enter() 稍等一会儿，返回有没有进去；已经在里面的再 enter()、不在里面的 leave()，" + "都得到 false"),
              new Text(
                  "Is it the same semaphore in every process? And does a guest who has no room give"
                      + " one back?",
                  "每个进程用的是同一个信号量吗？没占到房间的客人，会不会也“还”了一间？"),
              8,
              () -> Scripts.forWorkers(3).with(3, "enter").with(2, "leave").withAwaits(1).upTo(12),
              Exercise.fits(rooms("a karaoke bar with 2 rooms", false))),
          new Exercise(
              "3.2",
              "Kitchen",
              new Text(
                  "serve() answers true once for each cook() before it, and false when nothing is"
                      + " ready within a moment",
                  "每 cook() 一次，serve() 就能成功一次；等一会儿还没有做好的，就返回 false"),
              new Text(
                  "A semaphore can begin at 0 and count what is there. Two cooks before the first"
                      + " serve are two dishes: an event would remember only one.",
                  "信号量可以从 0 开始，数“现成的有几份”。先做了两份再上菜，就是两份；事件只记得住一份。"),
              8,
              () -> Scripts.forWorkers(2).with(2, "cook").with(2, "serve").withAwaits(1).upTo(10),
              Exercise.fits(
                  Simple.of(
                      "a counter of dishes",
                      0,
                      (dishes, party, operation) -> {
                        if (operation.name().equals("cook")) {
                          return Model.only("done", dishes + 1);
                        }
                        return dishes > 0
                            ? Model.only("true", dishes - 1)
                            : Model.only("false", dishes);
                      }))));

  private SemaphoresSession() {}

  /** Who is in which rooms; those of the dead are free again, or everybody goes on living. */
  static Simple<Map<String, Boolean>> rooms(String name, boolean deaths) {
    return new Simple<>(
        name,
        Map.of(),
        SemaphoresSession::guest,
        (inside, party) -> deaths ? without(inside, party) : inside);
  }

  private static List<Model.Outcome<Map<String, Boolean>>> guest(
      Map<String, Boolean> inside, Party party, Operation operation) {
    boolean isIn = inside.containsKey(party.toString());
    if (operation.name().equals("leave")) {
      return Model.only(String.valueOf(isIn), without(inside, party));
    }
    if (isIn || inside.size() == ROOMS) {
      return Model.only("false", inside);
    }
    Map<String, Boolean> more = new TreeMap<>(inside);
    more.put(party.toString(), true);
    return Model.only("true", Map.copyOf(more));
  }

  private static Map<String, Boolean> without(Map<String, Boolean> inside, Party party) {
    Map<String, Boolean> fewer = new TreeMap<>(inside);
    fewer.remove(party.toString());
    return Map.copyOf(fewer);
  }
}
