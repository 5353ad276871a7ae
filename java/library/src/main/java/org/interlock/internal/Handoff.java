package org.interlock.internal;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.interlock.internal.NativeType.Lent;
import org.jspecify.annotations.Nullable;

/**
 * How the objects that a task captured reach a child: not by name but as descriptors, each of which
 * keeps its object alive from now until the child has it, whatever the parent does meanwhile.
 *
 * <p>The sender serialises the task inside a hand-off; every {@link SharedReference} written by
 * this thread lends its object to it, and carries the index of the descriptor:
 *
 * <pre>{@code
 * try (Handoff handoff = Handoff.begin()) {
 *   byte[] bytes = serialise(task);
 *   send(bytes, handoff.descriptors());   // in this order
 *   handoff.handOver();                   // or takeBack(), if that failed
 * }                                       // closes this process's copies
 * }</pre>
 *
 * The receiver reads it inside a receipt, in one thread too:
 *
 * <pre>{@code
 * try (Handoff.Receipt receipt = Handoff.receive(descriptors)) {
 *   task = deserialise(bytes);
 * }                                       // closes descriptors that nothing asked for
 * }</pre>
 */
public final class Handoff implements AutoCloseable {
  private static final ThreadLocal<@Nullable Handoff> SENDING = new ThreadLocal<>();
  private static final ThreadLocal<@Nullable Receipt> RECEIVING = new ThreadLocal<>();

  /** What the receiver must know: indices of one or two (else -1) descriptors, and their slot. */
  record Loan(int index, int sidecar, int slot, int generation) {}

  /** Something of an object that only one process has: the receiver, if it gets what was lent. */
  public interface Passage {
    /** The receiver has got it. */
    void handedOver();

    /** It has not, and will not. */
    void takenBack();
  }

  private final @Nullable Handoff outer = SENDING.get();
  private final List<Passage> passages = new ArrayList<>();
  private final IdentityHashMap<SharedObject, Loan> loans = new IdentityHashMap<>();
  private final List<Integer> descriptors = new ArrayList<>();

  private Handoff() {}

  /** Starts a hand-off in this thread; it ends, for this thread, when it is closed. */
  public static Handoff begin() {
    Handoff handoff = new Handoff();
    SENDING.set(handoff);
    return handoff;
  }

  /** The hand-off that this thread is in. */
  static @Nullable Handoff current() {
    return SENDING.get();
  }

  /** Tells it how the hand-off comes out that this thread is in. */
  public static void onOutcome(Passage passage) {
    Objects.requireNonNull(SENDING.get(), "no hand-off").passages.add(passage);
  }

  /** Lends an object, once however often it is captured. */
  Loan lend(SharedObject object) {
    Loan known = loans.get(object);
    if (known != null) {
      return known;
    }
    Lent lent = object.lend();
    Sweeper.expectLeftovers();
    int index = add(lent.descriptor());
    Loan loan = new Loan(index, add(lent.sidecar()), lent.slot(), lent.generation());
    loans.put(object, loan);
    return loan;
  }

  /** Its index; -1 if it is none. */
  private int add(int descriptor) {
    if (descriptor == Lent.NONE) {
      return Lent.NONE;
    }
    descriptors.add(descriptor);
    return descriptors.size() - 1;
  }

  /** The descriptors lent so far, in the order that the references count. */
  public int[] descriptors() {
    return descriptors.stream().mapToInt(Integer::intValue).toArray();
  }

  /** To be called before {@link #close} if the receiver has got what was lent. */
  public void handOver() {
    passages.forEach(Passage::handedOver);
  }

  /** To be called before {@link #close} if the receiver does not get what was lent. */
  public void takeBack() {
    passages.forEach(Passage::takenBack);
    loans.forEach((object, loan) -> object.takeBack(loan.slot(), loan.generation()));
  }

  /** Ends it and closes this process's copies of the descriptors. */
  @Override
  public void close() {
    if (SENDING.get() == this) {
      if (outer == null) {
        SENDING.remove();
      } else {
        SENDING.set(outer);
      }
    }
    descriptors.forEach(HotCalls::descriptorClose);
    descriptors.clear();
    loans.clear();
  }

  /**
   * Starts receiving in this thread.
   *
   * @param descriptors what came with the bytes, in the sender's order; they now belong to the
   *     receipt
   */
  public static Receipt receive(int[] descriptors) {
    Sweeper.postpone();
    Receipt receipt = new Receipt(descriptors.clone());
    RECEIVING.set(receipt);
    return receipt;
  }

  /** The receipt that this thread is in. */
  static @Nullable Receipt receiving() {
    return RECEIVING.get();
  }

  /** Descriptors that came with a task and wait for the references to ask for them. */
  public static final class Receipt implements AutoCloseable {
    private static final int TAKEN = -1;

    private final @Nullable Receipt outer = RECEIVING.get();
    private final int[] descriptors;

    private Receipt(int[] descriptors) {
      this.descriptors = descriptors;
    }

    /** Gives a descriptor away, once; -1 if there is none (any more) at this index. */
    int take(int index) {
      if (index < 0 || index >= descriptors.length) {
        return TAKEN;
      }
      int descriptor = descriptors[index];
      descriptors[index] = TAKEN;
      return descriptor;
    }

    /** Ends it and closes what nothing asked for. */
    @Override
    public void close() {
      if (RECEIVING.get() == this) {
        if (outer == null) {
          RECEIVING.remove();
        } else {
          RECEIVING.set(outer);
        }
      }
      for (int index = 0; index < descriptors.length; index++) {
        int descriptor = take(index);
        if (descriptor != TAKEN) {
          HotCalls.descriptorClose(descriptor);
        }
      }
    }
  }
}
