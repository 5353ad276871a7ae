package org.interlock.course;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All exercises, in their order. */
final class Exercises {
  static final List<Exercise> ALL =
      Stream.of(
              ProcessesSession.EXERCISES,
              LocksSession.EXERCISES,
              SemaphoresSession.EXERCISES,
              QueuesSession.EXERCISES,
              ProducersSession.EXERCISES,
              JoiningSession.EXERCISES,
              EventsSession.EXERCISES,
              CrashesSession.EXERCISES)
          .flatMap(List::stream)
          .toList();

  private Exercises() {}

  static Optional<Exercise> find(String number) {
    return ALL.stream().filter(exercise -> exercise.number().equals(number)).findFirst();
  }
}
