package org.interlock.internal.look;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.interlock.internal.Failures;
import org.interlock.internal.HotCalls;
import org.interlock.internal.Names;
import org.interlock.internal.NativeArena;
import org.interlock.internal.NativeStructs;
import org.interlock.internal.Status;

/** Looks at objects and processes without taking part: {@code il_look_...}. Needs no JNA. */
public final class Bystander {
  private static final int FIRST_CAPACITY = 64;

  private Bystander() {}

  /**
   * Everything in the file system that is named like an object or a semaphore, in no order.
   *
   * @throws org.interlock.PosixException if the directory cannot be read
   */
  public static List<Sighting> list() {
    List<Sighting> seen = new ArrayList<>();
    int status = fill(seen, HotCalls::lookList);
    if (status != Status.OK) {
      throw Failures.of(status, "the list of objects");
    }
    return seen;
  }

  /**
   * An object by its name.
   *
   * @return empty if there is none
   * @throws IllegalArgumentException if no file can have that name
   * @throws org.interlock.PosixException if a call failed for reasons that are not the object's
   */
  public static Optional<ObjectView> look(Space space, String name) {
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer view = arena.allocate(NativeStructs.View.SIZE);
      int status = HotCalls.lookAt(space.number(), arena.string(name), NativeArena.addressOf(view));
      return result(status, space, name, view);
    }
  }

  /** The same for what {@link #process} saw, which may have lost its name. */
  public static Optional<ObjectView> look(long pid, Sighting sighting) {
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer view = arena.allocate(NativeStructs.View.SIZE);
      int status =
          HotCalls.lookAtSighting((int) pid, sighting.write(arena), NativeArena.addressOf(view));
      return result(status, sighting.space(), sighting.name(), view);
    }
  }

  private static Optional<ObjectView> result(
      int status, Space space, String name, ByteBuffer view) {
    if (Status.code(status) == Status.NOT_FOUND) {
      return Optional.empty();
    }
    if (Status.code(status) == Status.INVALID) {
      throw Failures.of(status, Names.check(name)); // the rule, rather than that there is one
    }
    if (status != Status.OK) {
      throw Failures.of(status, name);
    }
    return Optional.of(ObjectView.read(space, view));
  }

  /**
   * What a process has open, and which of its threads sleep on what.
   *
   * @return empty if there is no such process
   * @throws org.interlock.PosixException if the system does not tell: {@code EACCES} of another
   *     user's process, {@code ENOSYS} of any
   */
  public static Optional<ProcessView> process(long pid) {
    List<Sighting> seen = new ArrayList<>();
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer hidden = arena.allocate(Integer.BYTES);
      long hiddenAddress = NativeArena.addressOf(hidden);
      int status =
          fill(
              seen,
              (sightings, capacity) ->
                  HotCalls.lookProcess((int) pid, sightings, capacity, hiddenAddress));
      if (Status.code(status) == Status.NOT_FOUND) {
        return Optional.empty();
      }
      if (status != Status.OK) {
        throw Failures.of(status, "process " + pid);
      }
      return Optional.of(new ProcessView(pid, seen, hidden.getInt(0) != 0));
    }
  }

  /** A call that fills so many structs and says how many it would have liked to. */
  private interface Filler {
    long fill(long sightings, int capacity);
  }

  /** More may have come between two calls: until all fit. */
  private static int fill(List<Sighting> seen, Filler filler) {
    for (int capacity = FIRST_CAPACITY; ; ) {
      ByteBuffer memory =
          ByteBuffer.allocateDirect(capacity * NativeStructs.Sighting.SIZE)
              .order(ByteOrder.nativeOrder());
      long result = filler.fill(NativeArena.addressOf(memory), capacity);
      int count = Status.countOf(result);
      if (Status.code(Status.statusOf(result)) == Status.TOO_SMALL) {
        capacity = count + FIRST_CAPACITY;
        continue;
      }
      for (int i = 0; i < Math.min(count, capacity); i++) {
        seen.add(
            Sighting.read(
                memory
                    .slice(i * NativeStructs.Sighting.SIZE, NativeStructs.Sighting.SIZE)
                    .order(ByteOrder.nativeOrder())));
      }
      return Status.statusOf(result);
    }
  }
}
