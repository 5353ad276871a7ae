package org.interlock.internal.look;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.interlock.internal.NativeStructs.Detail;
import org.interlock.internal.NativeStructs.Info;
import org.interlock.internal.NativeStructs.View;
import org.interlock.internal.ObjectIdentity;
import org.interlock.internal.ObjectInfo;

/**
 * An object as a bystander sees it: {@code il_view}.
 *
 * @param bytes length of its file
 * @param memory how much of that is real memory
 * @param createdAtNanos since the epoch; 0: unknown
 * @param named whether it still has a name
 * @param inodeBeside of the semaphore beside the segment of an anonymous one; else 0
 * @param details what its kind has to tell
 */
public record ObjectView(
    Space space,
    ObjectInfo info,
    Sight sight,
    int uid,
    boolean named,
    long bytes,
    long memory,
    long createdAtNanos,
    long inodeBeside,
    Map<String, Long> details,
    List<User> users) {

  /**
   * A process that has it open.
   *
   * @param pid 0: it is on its way to a child
   * @param holds 1 if it is the owner of a lock; permits; unfinished items; arrivals at a barrier
   */
  public record User(int pid, int holds) {}

  /** Whether a file is this object's: its own, or that of the semaphore beside it. */
  public boolean isBehind(ObjectIdentity file) {
    return file.device() == info.device()
        && (file.inode() == info.inode() || (inodeBeside != 0 && file.inode() == inodeBeside));
  }

  static ObjectView read(Space space, ByteBuffer view) {
    return new ObjectView(
        space,
        ObjectInfo.read(view),
        Sight.of(view.getInt(View.SIGHT)),
        view.getInt(View.UID),
        view.getInt(View.LINKED) != 0,
        view.getLong(Info.BYTES),
        view.getLong(View.MEMORY),
        view.getLong(Info.CREATED_AT),
        view.getLong(View.INODE_BESIDE),
        details(view),
        users(view));
  }

  private static Map<String, Long> details(ByteBuffer view) {
    Map<String, Long> details = new LinkedHashMap<>();
    for (int i = 0; i < view.getInt(View.DETAIL_COUNT); i++) {
      int at = View.DETAILS + i * Detail.SIZE;
      details.put(
          ObjectInfo.text(view, at + Detail.NAME, at + Detail.VALUE),
          view.getLong(at + Detail.VALUE));
    }
    return details;
  }

  private static List<User> users(ByteBuffer view) {
    List<User> users = new ArrayList<>();
    for (int i = 0; i < view.getInt(View.USER_COUNT); i++) {
      int at = View.USERS + i * org.interlock.internal.NativeStructs.User.SIZE;
      users.add(
          new User(
              view.getInt(at + org.interlock.internal.NativeStructs.User.PID),
              view.getInt(at + org.interlock.internal.NativeStructs.User.HOLDS)));
    }
    return users;
  }
}
