package org.interlock.labs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.interlock.ChildProcess;
import org.interlock.ProcessEvent;
import org.interlock.ProcessLock;
import org.interlock.labs.Lesson.Colour;
import picocli.CommandLine.Command;

/**
 * Ten cars wait for a green light; police cars wait only so long. The light is an event.
 *
 * <p><b>Run:</b> {@code ./scripts/lab run traffic-lights}
 *
 * <p><b>Expect:</b> "drives away" only ever stands between a green light and the next red one. A
 * car that saw green but was too slow waits again. Police cars go on red as well. When all are
 * through, the program ends, and the lights with it.
 *
 * <pre>
 * ready~~~~ go!!!
 * red light, car 0 waits
 * red light, car 1 waits
 * red light, police car 0 goes first
 * *********** green
 * car 0 sees the green light
 * car 1 sees the green light
 * car 0 drives away
 * car 1 drives away
 * green light, police car 1 goes
 * ###### red
 * red light, car 2 waits
 * red light, car 4 waits
 * red light, car 3 waits
 * red light, car 5 waits
 * red light, police car 2 goes first
 * *********** green
 * car 4 sees the green light
 * car 2 sees the green light
 * car 3 sees the green light
 * car 5 sees the green light
 * green light, police car 3 goes
 * car 2 drives away
 * car 5 drives away
 * ...
 * car 7 sees the green light
 * car 9 drives away
 * car 8 drives away
 * car 7 drives away
 * all are through
 * </pre>
 *
 * <p><b>Why:</b> "green" is an event: the lights set and clear it, cars {@code await()} it, police
 * cars {@code await(100 ms)}. That one has seen green says nothing about now, so a car must look
 * again when it starts, and between that look and the start the light must not change: both happen
 * under a lock, and so do the changes of the light. The lights go on for ever and do not care about
 * cars, which makes them a daemon child.
 *
 * <p><b>Mended:</b> {@code random.random(1, 3)}: it takes no arguments, and the lesson's program
 * dies of it before the first car; meant is {@code randint}. Its lights never end, and its program
 * neither. A car that comes at green goes round in a busy loop until the light is red. A car looks
 * at the light and starts without a lock, so that it may start on red. And the police cars are a
 * comment.
 */
@Command(
    name = "traffic-lights",
    description = "10 cars wait for green, police cars only so long, the lights are a daemon")
final class TrafficLightsLab extends Lab {
  @Override
  void run(Lesson lesson) throws InterruptedException {
    try (ProcessEvent green = ProcessEvent.create();
        ProcessLock crossing = ProcessLock.create()) {
      ChildProcess.startDaemon(() -> changeLights(lesson, green, crossing));
      lesson.say("ready~~~~ go!!!", "预备~~~~开始!!!");
      List<ChildProcess> cars = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        int n = i;
        lesson.pause(1000, 3000); // they do not come all at once
        cars.add(ChildProcess.start(() -> drive(lesson, n, green, crossing)));
        if (n % 2 == 1) {
          cars.add(ChildProcess.start(() -> drivePolice(lesson, n / 2, green, crossing)));
        }
      }
      for (ChildProcess car : cars) {
        car.join();
      }
      lesson.say("all are through", "车都开远了");
    }
  }

  private static void changeLights(Lesson lesson, ProcessEvent green, ProcessLock crossing)
      throws InterruptedException {
    while (true) {
      lesson.pause(5000);
      crossing.lock();
      try {
        if (green.isSet()) {
          green.clear();
          lesson.say("###### red", "###### 红灯");
        } else {
          lesson.say("*********** green", "*********** 绿灯");
          green.set();
        }
      } finally {
        crossing.unlock();
      }
    }
  }

  private static void drive(Lesson lesson, int n, ProcessEvent green, ProcessLock crossing)
      throws InterruptedException {
    do {
      if (!green.isSet()) {
        lesson.say(Colour.RED_LIGHT, "red light, car %d waits", "红灯亮,car%d等着", n);
        green.await();
        lesson.say(Colour.GREEN_LIGHT, "car %d sees the green light", "车%d 看见绿灯亮了", n);
      }
      lesson.pause(2000, 4000);
    } while (!startOnGreen(lesson, n, green, crossing));
  }

  private static boolean startOnGreen(
      Lesson lesson, int n, ProcessEvent green, ProcessLock crossing) {
    crossing.lock();
    try {
      if (green.isSet()) {
        lesson.say("car %d drives away", "车开远了,car %d", n);
      }
      return green.isSet();
    } finally {
      crossing.unlock();
    }
  }

  private static void drivePolice(Lesson lesson, int n, ProcessEvent green, ProcessLock crossing)
      throws InterruptedException {
    green.await(lesson.hasten(100), TimeUnit.MILLISECONDS);
    crossing.lock();
    try {
      if (green.isSet()) {
        lesson.say(Colour.POLICE, "green light, police car %d goes", "绿灯,警车走,car %d", n);
      } else {
        lesson.say(Colour.POLICE, "red light, police car %d goes first", "红灯,警车先走,car %d", n);
      }
    } finally {
      crossing.unlock();
    }
  }
}
