package org.interlock.course;

import org.interlock.testkit.Verdict;

/**
 * Why a history can not be: the testkit says it in English, and here it is said in Chinese, too.
 */
final class Explanation {
  private Explanation() {}

  static Text of(Verdict verdict) {
    return new Text(verdict.toString(), inChinese(verdict));
  }

  private static String inChinese(Verdict verdict) {
    StringBuilder text = new StringBuilder("这些操作不管怎么排先后，都说不通：\n\n");
    text.append(verdict.table());
    text.append("\n\n[n]：在能解释得最多的那种先后里排第几；[?]：排不进去\n");
    text.append(verdict.explained() == 0 ? "一开头就说不通" : "到 [" + verdict.explained() + "] 为止还说得通");
    text.append("，那时的状态是 ").append(verdict.state()).append("。接下来可能是谁，按道理该得到什么：");
    for (Verdict.Next next : verdict.nexts()) {
      text.append("\n  ").append(next.what()).append("    ");
      text.append(next.allowed().isEmpty() ? "它应该等" : String.join(" 或 ", next.allowed()));
    }
    return text.toString();
  }
}
