package org.interlock.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * All objects that this JVM has open, by identity: two handles to one name are one object, and so
 * are a handle opened by name and one that came from another process. They stay here until they are
 * closed; what is never closed is given back when the JVM ends.
 */
public final class SharedObjects {
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final long COLLECTION_NANOS = 300_000_000;

  // Guarded by LOCK.
  private static final Map<ObjectIdentity, SharedObject> OPEN = new HashMap<>();
  private static final Set<SharedObject> LINGERING =
      new HashSet<>(); // without handle; in OPEN, too
  private static final Set<SharedObject> LEAVING = new HashSet<>(); // being given back
  private static boolean hooked;
  private static boolean ending;

  private SharedObjects() {}

  /** Makes the part that this JVM needs of one kind of object. */
  public record Factory<C extends SharedObject>(Class<C> type, Constructor<C> constructor) {
    /** A constructor of such a part. */
    @FunctionalInterface
    public interface Constructor<C> {
      /** Called with a native handle that is no other's. */
      C make(long address, ObjectInfo info);
    }
  }

  /** Creates or attaches. */
  public static <C extends SharedObject> SharedHandle<C> open(ObjectSpec spec, Factory<C> factory) {
    Sweeper.sweepNowAndThen();
    Found found = call(spec);
    if (isShortOfMemory(found.status) && collectClosed()) {
      found = call(spec);
    }
    return handle(found, spec, factory)
        .orElseThrow(() -> Failures.of(Status.NOT_FOUND, spec.label()));
  }

  /** Attaches, if there is such a name. */
  public static <C extends SharedObject> Optional<SharedHandle<C>> find(
      ObjectSpec spec, Factory<C> factory) {
    return handle(call(spec), spec, factory);
  }

  /** What opening or adopting a native handle brought. */
  record Found(int status, long address, ObjectInfo info) {}

  private static Found call(ObjectSpec spec) {
    Natives.require();
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer out = arena.allocate(Long.BYTES);
      ByteBuffer info = arena.allocate(NativeStructs.Info.SIZE);
      int status =
          NativeType.of(spec.kind())
              .open(spec.write(arena), NativeArena.addressOf(out), NativeArena.addressOf(info));
      return new Found(status, out.getLong(0), ObjectInfo.read(info));
    }
  }

  private static boolean isShortOfMemory(int status) {
    int errorClass = HotCalls.statusClass(status);
    return Status.code(status) == Status.SYSTEM
        && (errorClass == Status.ErrorClass.NO_SPACE || errorClass == Status.ErrorClass.NO_MEMORY);
  }

  /**
   * As the JDK does for direct buffers: closed objects may have memory until they are collected,
   * and have addresses, of which a process gets some 65,000 ranges.
   */
  private static boolean collectClosed() {
    int before = SharedObject.unfreedCount();
    if (before == 0) {
      return false;
    }
    System.gc();
    long end = System.nanoTime() + COLLECTION_NANOS;
    while (SharedObject.unfreedCount() >= before && System.nanoTime() < end) {
      LockSupport.parkNanos(COLLECTION_NANOS / 100);
    }
    return SharedObject.unfreedCount() < before;
  }

  private static <C extends SharedObject> Optional<SharedHandle<C>> handle(
      Found found, ObjectSpec spec, Factory<C> factory) {
    return switch (Status.code(found.status)) {
      case Status.OK -> Optional.of(attached(found, factory));
      case Status.NOT_FOUND -> Optional.empty();
      case Status.INCOMPATIBLE -> throw spec.incompatible(found.info);
      default -> throw Failures.of(found.status, spec.label(), spec.firstBytes());
    };
  }

  /** Takes a new native handle over: for a new object, or not at all if it is open already. */
  static <C extends SharedObject> SharedHandle<C> attached(Found found, Factory<C> factory) {
    SharedObject known = null;
    C object = null;
    boolean late = false;
    LOCK.lock();
    try {
      known = OPEN.get(found.info.identity());
      if (known == null) {
        object = factory.constructor.make(found.address, found.info);
        OPEN.put(found.info.identity(), object);
        late = !hook() && object.isAnonymous();
      } else {
        object = factory.type.cast(known);
      }
      addHandle(object);
    } finally {
      LOCK.unlock();
    }
    if (known != null) {
      NativeType type = NativeType.of(found.info.kind());
      type.retire(found.address, NativeType.KEEP_NOTHING);
      type.free(found.address);
    }
    if (late) {
      unlinkLate(object);
    }
    return new SharedHandle<>(object);
  }

  /** Nobody in this process will do it later. */
  private static void unlinkLate(SharedObject object) {
    try {
      object.unlink();
    } catch (LinkageError e) {
      // A JVM that is ending can not load JNA any more. This is then a child that was ended while
      // it
      // read its task; whoever gave it the object sweeps (Sweeper), or its guardian.
      return;
    }
  }

  /** Another handle of an object that is open here; empty if it is not. */
  static <C extends SharedObject> Optional<SharedHandle<C>> known(
      ObjectIdentity identity, Factory<C> factory) {
    LOCK.lock();
    try {
      SharedObject known = OPEN.get(identity);
      if (!factory.type.isInstance(known)) {
        return Optional.empty();
      }
      addHandle(known);
      return Optional.of(new SharedHandle<>(factory.type.cast(known)));
    } finally {
      LOCK.unlock();
    }
  }

  /** Under LOCK. */
  private static void addHandle(SharedObject object) {
    object.handles++;
    object.lingering = false;
    LINGERING.remove(object);
  }

  /**
   * Counts as a handle: for a thread that holds nothing in the object now, but will come back to
   * it. To be followed by {@link #closed}.
   */
  static void pin(SharedObject object) {
    LOCK.lock();
    try {
      addHandle(object);
    } finally {
      LOCK.unlock();
    }
  }

  /** A handle was closed. */
  static void closed(SharedObject object) {
    LOCK.lock();
    try {
      if (--object.handles > 0) {
        return;
      }
      // Set before the look: a thread that lets go later sees this, and comes to retireUnused.
      object.lingering = true;
      LINGERING.add(object);
    } finally {
      LOCK.unlock();
    }
    retireUnused();
  }

  /**
   * Gives back objects that linger no longer: called when a handle was closed and when a thread let
   * go of such an object. Those of threads that ended without letting go are found on the way.
   */
  static void retireUnused() {
    List<SharedObject> unused = new ArrayList<>();
    LOCK.lock();
    try {
      LINGERING.stream().filter(object -> !object.isInUse()).forEach(unused::add);
      for (SharedObject object : unused) {
        object.lingering = false;
        LINGERING.remove(object);
        OPEN.remove(object.info().identity());
        LEAVING.add(object);
      }
    } finally {
      LOCK.unlock();
    }
    unused.forEach(SharedObjects::retire);
  }

  private static void retire(SharedObject object) {
    try {
      object.retire();
    } finally {
      LOCK.lock();
      try {
        LEAVING.remove(object);
      } finally {
        LOCK.unlock();
      }
    }
  }

  /** Under LOCK. False: the JVM is ending, and it is too late. */
  private static boolean hook() {
    if (!hooked && !ending) {
      hooked = true;
      ending = !ExitSteps.add(ExitSteps.Step.GIVE_BACK_OBJECTS, SharedObjects::giveAllBack);
    }
    return !ending;
  }

  /** No name may outlive its processes; the objects themselves may be in use to the end. */
  private static void giveAllBack() {
    List<SharedObject> left = new ArrayList<>();
    LOCK.lock();
    try {
      ending = true;
      Stream.concat(OPEN.values().stream(), LEAVING.stream())
          .filter(SharedObject::concernsExit)
          .forEach(left::add);
    } finally {
      LOCK.unlock();
    }
    left.forEach(SharedObject::retireAtExit);
    Sweeper.sweepAtExit();
  }
}
