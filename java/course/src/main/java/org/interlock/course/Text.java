package org.interlock.course;

/** What a student reads, in both languages. */
record Text(String english, String inChinese) {
  /** What is not translated: a name, a message of another program. */
  static Text same(String text) {
    return new Text(text, text);
  }

  /** With the same in front of both. */
  Text after(Object before) {
    return new Text(before + english, before + inChinese);
  }

  String in(boolean chinese) {
    return chinese ? inChinese : english;
  }
}
