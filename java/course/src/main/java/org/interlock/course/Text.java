package org.interlock.course;

/** What a student reads, in both languages. */
record Text(String english, String inChinese) {
  String in(boolean chinese) {
    return chinese ? inChinese : english;
  }
}
