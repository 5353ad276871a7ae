package org.interlock.internal;

import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.interlock.internal.NativeType.Lent;
import org.interlock.internal.SharedObjects.Found;
import org.jspecify.annotations.Nullable;

/**
 * What is serialised in place of a handle. Inside a {@link Handoff} it carries a descriptor that
 * keeps the object; elsewhere (in a queue, in a file) it says only which object it is, and reading
 * it attaches by name, if that name still means the same object.
 *
 * <p>A subclass makes the public handle and adds what that needs beyond this.
 */
public abstract class SharedReference implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int NOT_LENT = -1;

  private final int kind;
  private final String name;
  private final long device;
  private final long inode;
  private final int index;
  private final int sidecar;
  private final int slot;
  private final int generation;

  /**
   * For {@code writeReplace}.
   *
   * @throws org.interlock.ClosedObjectException if the handle is closed
   */
  protected SharedReference(SharedHandle<?> handle) {
    SharedObject object = handle.open();
    this.kind = object.info().kind();
    this.name = object.name();
    this.device = object.info().device();
    this.inode = object.info().inode();
    Handoff handoff = Handoff.current();
    Handoff.Loan loan =
        handoff == null ? new Handoff.Loan(NOT_LENT, NOT_LENT, 0, 0) : handoff.lend(object);
    this.index = loan.index();
    this.sidecar = loan.sidecar();
    this.slot = loan.slot();
    this.generation = loan.generation();
  }

  /** The {@link Kinds kind} of the object. */
  protected final int kind() {
    return kind;
  }

  /**
   * Whether the object was lent to whoever reads this, as {@link #slot} and {@link #generation}.
   */
  protected final boolean isLent() {
    return index != NOT_LENT;
  }

  /** Under which the receiver has the object open. */
  protected final int slot() {
    return slot;
  }

  /** Tells users of one slot from each other. */
  protected final int generation() {
    return generation;
  }

  /** For messages: {@code ProcessLock[orders]}. */
  protected final String label() {
    return Kinds.label(kind) + "[" + name + "]";
  }

  /** Makes the public handle, of {@link #attach}. */
  protected abstract Object readResolve() throws ObjectStreamException;

  /**
   * A handle of the object.
   *
   * @throws InvalidObjectException naming the object, if it is gone
   */
  protected final <C extends SharedObject> SharedHandle<C> attach(SharedObjects.Factory<C> factory)
      throws InvalidObjectException {
    Natives.require();
    Handoff.Receipt receipt = Handoff.receiving();
    int descriptor = receipt == null ? NOT_LENT : receipt.take(index);
    if (receipt != null && descriptor != NOT_LENT) {
      return SharedObjects.attached(
          adopt(new Lent(descriptor, slot, generation, receipt.take(sidecar))), factory);
    }
    Optional<SharedHandle<C>> known =
        SharedObjects.known(new ObjectIdentity(device, inode), factory);
    return known.isPresent() ? known.get() : find(factory);
  }

  private Found adopt(Lent lent) throws InvalidObjectException {
    try (NativeArena arena = new NativeArena()) {
      ByteBuffer info = arena.allocate(NativeStructs.Info.SIZE);
      long result =
          NativeType.of(kind).adopt(lent, kind, arena.string(name), NativeArena.addressOf(info));
      if (result < 0) {
        throw invalid("could not be received", Failures.of((int) -result, label()));
      }
      return new Found(Status.OK, result, ObjectInfo.read(info));
    }
  }

  private <C extends SharedObject> SharedHandle<C> find(SharedObjects.Factory<C> factory)
      throws InvalidObjectException {
    ObjectSpec spec = new ObjectSpec(kind, ObjectSpec.Mode.FIND, name, 0, 0, "");
    Optional<SharedHandle<C>> found;
    try {
      found = SharedObjects.find(spec, factory);
    } catch (IllegalArgumentException e) {
      throw invalid("means something else by now", e);
    }
    if (found.isEmpty()) {
      throw invalid("is gone: a reference that is not handed to a child does not keep it", null);
    }
    ObjectInfo info = found.get().object().info();
    if (info.device() != device || info.inode() != inode) {
      found.get().close();
      throw invalid("is gone: its name means another object by now", null);
    }
    return found.get();
  }

  private InvalidObjectException invalid(String why, @Nullable Exception cause) {
    InvalidObjectException invalid = new InvalidObjectException(label() + " " + why);
    invalid.initCause(cause);
    return invalid;
  }
}
