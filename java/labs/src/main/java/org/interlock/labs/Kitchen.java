package org.interlock.labs;

import org.interlock.labs.Lesson.Colour;

/** What the cooks and the guests of the labs on producers and consumers say. */
final class Kitchen {
  private Kitchen() {}

  static void made(Lesson lesson, String food) {
    lesson.say(Colour.MADE, "%d made %s", "%d 生产了 %s", Lesson.pid(), food);
  }

  static void ate(Lesson lesson, String food) {
    lesson.say(Colour.EATEN, "%d ate %s", "%d 吃 %s", Lesson.pid(), food);
  }
}
