package org.interlock.internal.children;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What a child is told before its task runs. On the channel: a header of fixed size; for each group
 * of at most 64 descriptors one byte that carries them; the body.
 *
 * @param identity who the child is
 * @param argumentFile the file that its options were read from, for it to delete; empty if none
 * @param task the serialised task
 */
record TaskMessage(Identity identity, String argumentFile, byte[] task) {
  /** The most descriptors that one message of the channel carries. */
  static final int DESCRIPTORS_PER_GROUP = 64;

  private static final int MAGIC = 0x494c544b; // "ILTK"
  private static final int VERSION = 1;
  private static final int MOST_DESCRIPTORS = 1 << 20;

  /**
   * What comes first.
   *
   * @param descriptors how many of them follow
   * @param length of the body, in bytes
   * @param checksum of the body
   */
  record Header(int descriptors, int length, int checksum) {
    /** Bytes on the channel. */
    static final int SIZE = 5 * Integer.BYTES;

    static Header of(byte[] body, int descriptors) {
      return new Header(descriptors, body.length, checksum(body));
    }

    byte[] toBytes() {
      return ByteBuffer.allocate(SIZE)
          .putInt(MAGIC)
          .putInt(VERSION)
          .putInt(descriptors)
          .putInt(length)
          .putInt(checksum)
          .array();
    }

    /**
     * Reads and checks a header.
     *
     * @throws IllegalStateException saying what is wrong with it
     */
    static Header fromBytes(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      if (buffer.getInt() != MAGIC) {
        throw new IllegalStateException("what arrived is no task");
      }
      int version = buffer.getInt();
      if (version != VERSION) {
        throw new IllegalStateException(
            "the parent's Interlock sends tasks in another form than this one reads: " + version);
      }
      Header header = new Header(buffer.getInt(), buffer.getInt(), buffer.getInt());
      if (header.descriptors < 0 || header.descriptors > MOST_DESCRIPTORS || header.length < 0) {
        throw new IllegalStateException("the task arrived damaged");
      }
      return header;
    }

    /**
     * Compares a body with what was announced.
     *
     * @throws IllegalStateException if they differ
     */
    void check(byte[] body) {
      if (checksum(body) != checksum) {
        throw new IllegalStateException("the task arrived damaged: its checksum is wrong");
      }
    }

    private static int checksum(byte[] body) {
      CRC32 crc = new CRC32();
      crc.update(body);
      return (int) crc.getValue();
    }
  }

  byte[] toBody() {
    byte[] name = identity.name().getBytes(StandardCharsets.UTF_8);
    byte[] path = identity.path().getBytes(StandardCharsets.UTF_8);
    byte[] file = argumentFile.getBytes(StandardCharsets.UTF_8);
    int fixed = 5 * Integer.BYTES + 1 + Long.BYTES;
    ByteBuffer body =
        ByteBuffer.allocate(fixed + name.length + path.length + file.length + task.length);
    put(body, name);
    body.put((byte) (identity.daemon() ? 1 : 0));
    body.putLong(identity.parentPid());
    body.putInt(identity.number());
    put(body, path);
    put(body, file);
    put(body, task);
    return body.array();
  }

  static TaskMessage fromBody(byte[] bytes) {
    ByteBuffer body = ByteBuffer.wrap(bytes);
    String name = getString(body);
    boolean daemon = body.get() != 0;
    long parentPid = body.getLong();
    int number = body.getInt();
    Identity identity = new Identity(name, daemon, parentPid, number, getString(body));
    String file = getString(body);
    return new TaskMessage(identity, file, get(body));
  }

  private static void put(ByteBuffer body, byte[] part) {
    body.putInt(part.length).put(part);
  }

  private static byte[] get(ByteBuffer body) {
    byte[] part = new byte[body.getInt()];
    body.get(part);
    return part;
  }

  private static String getString(ByteBuffer body) {
    return new String(get(body), StandardCharsets.UTF_8);
  }
}
