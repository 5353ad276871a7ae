package org.interlock.labs.timeline;

import org.interlock.labs.timeline.Picture.End;
import org.interlock.labs.timeline.Picture.Kind;

/** The words of a page, in the language of the lab. */
record Terms(boolean chinese) {
  String language() {
    return word("en", "zh");
  }

  String of(Kind kind) {
    return switch (kind) {
      case WAITING -> word("waiting", "等待");
      case WORKING -> word("working", "干活");
      case HOLDING -> word("holding", "持有");
    };
  }

  String of(End end) {
    return switch (end) {
      case ENDED -> word("ended", "结束");
      case KILLED -> word("killed", "被杀死");
      case UNKNOWN -> word("last sign of life", "最后的动静");
    };
  }

  String item() {
    return word("an item, from put to take", "一件数据，从 put 到 take");
  }

  String moment() {
    return word("a line printed, or a signal", "打印一行，或发一个信号");
  }

  String cutShort() {
    return word("never returned", "再也没有返回");
  }

  String hint() {
    return word("Point at something for details.", "把鼠标移上去看细节。");
  }

  private String word(String english, String inChinese) {
    return chinese ? inChinese : english;
  }
}
