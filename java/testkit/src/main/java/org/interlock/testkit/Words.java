package org.interlock.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How a test and its workers talk: lists of strings, of any characters. */
final class Words {
  private Words() {}

  static void write(DataOutputStream out, List<String> words) throws IOException {
    out.writeInt(words.size());
    for (String word : words) {
      out.writeUTF(word);
    }
    out.flush();
  }

  static List<String> read(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<String> words = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      words.add(in.readUTF());
    }
    return words;
  }
}
