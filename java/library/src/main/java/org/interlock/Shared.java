package org.interlock;

import java.io.Serializable;
import org.interlock.internal.ColdCalls;
import org.interlock.internal.Failures;
import org.interlock.internal.Names;
import org.interlock.internal.NativeArena;
import org.interlock.internal.Natives;
import org.interlock.internal.Status;

/**
 * An object that several processes of one user share.
 *
 * <p><b>Lifetime.</b> An object opened by name ({@code open}) exists until {@link #unlink()} or the
 * next start of the machine. An anonymous one ({@code create}) exists as long as any process has it
 * open or is being started with it; then it is gone, however those processes ended. A handle that
 * is never closed is given back when its process ends.
 *
 * <p><b>Handing on.</b> Every object is {@link Serializable} and travels as a reference: captured
 * in a task of a child, or put into a queue, it arrives as a handle of the same object. Handing it
 * to a child keeps it alive until the child has it; a reference that lies in a queue or a file does
 * not, and reading it later is an {@link java.io.InvalidObjectException} that names the object.
 * Serialising a closed handle fails with {@link ClosedObjectException}. Two handles are equal if
 * they are handles of the same object; two handles in one process are one object, so that a lock
 * taken through one is held through the other.
 *
 * <p><b>Names</b> have 1 to 200 characters of {@code A-Z a-z 0-9 . _ -}; another one is an {@link
 * IllegalArgumentException}. The names of semaphores are a space of their own.
 */
public sealed interface Shared extends AutoCloseable, Serializable
    permits AbstractShared,
        PermitPool,
        ProcessBarrier,
        ProcessEvent,
        ProcessLock,
        ProcessLong,
        ProcessPipe,
        ProcessQueue,
        ProcessSemaphore {

  /**
   * The name of the object.
   *
   * @return the name it was opened with; that of an anonymous object was chosen by chance
   */
  String name();

  /**
   * Whether the object came from {@code create}.
   *
   * @return true iff no process can open it by name
   */
  boolean isAnonymous();

  /**
   * Removes the name if it still means this object. Open handles go on working; whoever opens the
   * name next gets a new object. Nothing happens if the name is gone.
   *
   * @throws PosixException if the system refuses
   */
  void unlink();

  /**
   * Gives back this handle. Threads that are blocked in it, and every later method but {@code
   * close}, {@code name}, {@code isAnonymous}, {@code unlink}, {@code unlock}, {@code equals},
   * {@code hashCode} and {@code toString}, throw {@link ClosedObjectException}. What is held is not
   * released. Closing twice does nothing.
   */
  @Override
  void close();

  /**
   * Removes a name, whatever kind of object it means; also that of a semaphore, if there is one,
   * too.
   *
   * @param name the name
   * @return true iff there was such a name
   * @throws IllegalArgumentException if the name is none
   * @throws PosixException if the name belongs to another user, or the system refuses
   */
  static boolean unlink(String name) {
    Names.check(name);
    Natives.require();
    try (NativeArena arena = new NativeArena()) {
      long text = arena.string(name);
      boolean found = false;
      for (int status :
          new int[] {ColdCalls.il_name_unlink(text), ColdCalls.il_semaphore_name_unlink(text)}) {
        if (status != Status.OK && status != Status.NOT_FOUND) {
          throw Failures.of(status, "\"" + name + "\"");
        }
        found |= status == Status.OK;
      }
      return found;
    }
  }
}
