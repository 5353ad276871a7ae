package org.interlock.internal.queue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.interlock.internal.HotCalls;
import org.interlock.internal.NativeStructs;
import org.interlock.internal.NativeStructs.Item;

/**
 * Memory outside the heap for one operation on a queue: the structs of the native call, and the
 * bytes of the item, which a codec writes or reads. Used by one thread at a time; see {@link
 * ScratchPool}.
 */
final class Scratch {
  /** The largest item that Java can hold: some bytes less than an array may have. */
  static final int LARGEST_DATA = Integer.MAX_VALUE - 1024;

  private static final int FIRST_SIZE = 4096;

  // Of the structs: an il_queue_state, or an il_item with what goes along with it.
  private static final int ITEM = 0;
  private static final int STATE = 0;
  private static final int CURSOR = 24;
  private static final int NEEDED = 24;
  private static final int DATA = 64;

  private ByteBuffer structs;
  private ByteBuffer data;
  private long address;

  Scratch() {
    this(FIRST_SIZE - DATA);
  }

  Scratch(int bytes) {
    ByteBuffer whole = ByteBuffer.allocateDirect(DATA + bytes);
    structs = whole.slice(0, DATA).order(ByteOrder.nativeOrder());
    data = whole.slice(DATA, bytes).order(ByteOrder.LITTLE_ENDIAN);
    address = HotCalls.addressOf(whole);
  }

  // ------------------------------------------------------------------ the item

  /** All of the data, position 0, little-endian, whatever a codec did to the buffer before. */
  ByteBuffer data() {
    return data.clear().order(ByteOrder.LITTLE_ENDIAN);
  }

  int capacity() {
    return data.capacity();
  }

  /** Makes room for so many bytes; what is there of the data and the structs is lost. */
  void grow(long bytes) {
    if (bytes > LARGEST_DATA) {
      throw new IllegalStateException(
          "an item of " + bytes + " bytes: Java can hold " + LARGEST_DATA + " at most");
    }
    Scratch larger = ScratchPool.acquire((int) bytes);
    structs = larger.structs;
    data = larger.data;
    address = larger.address;
  }

  /** The bytes of the item that the last native call brought. */
  ByteBuffer item() {
    return data().limit((int) itemLength());
  }

  long itemLength() {
    return structs.getLong(ITEM + Item.LENGTH);
  }

  long itemToken() {
    return structs.getLong(ITEM + Item.TOKEN);
  }

  int itemDeliveries() {
    return structs.getInt(ITEM + Item.DELIVERIES);
  }

  // ------------------------------------------------------------------ many items

  // As il_queue_try_take_all packs them: an il_item and the bytes, padded; where the first stands
  // is 0.

  int packedLength(int at) {
    return (int) packed().getLong(at + Item.LENGTH);
  }

  long packedToken(int at) {
    return packed().getLong(at + Item.TOKEN);
  }

  int packedDeliveries(int at) {
    return packed().getInt(at + Item.DELIVERIES);
  }

  /** Where the bytes of the item stand. */
  static int packedBytes(int at) {
    return at + Item.SIZE;
  }

  /** Where the next item stands. */
  int packedNext(int at) {
    return packedBytes(at) + ((packedLength(at) + 7) & -8);
  }

  private ByteBuffer packed() {
    return data().order(ByteOrder.nativeOrder());
  }

  // ------------------------------------------------------------------ addresses for native calls

  long dataAddress() {
    return address + DATA;
  }

  /** Of an {@code il_item}. */
  long itemAddress() {
    return address + ITEM;
  }

  /** Of an {@code il_cursor}. */
  long cursorAddress() {
    return address + CURSOR;
  }

  /** Of the number that tells how much room is needed. */
  long neededAddress() {
    return address + NEEDED;
  }

  /** Of an {@code il_queue_state}. */
  long stateAddress() {
    return address + STATE;
  }

  // ------------------------------------------------------------------ other structs

  long needed() {
    return structs.getLong(NEEDED);
  }

  /** The two halves of an {@code il_cursor}, which nobody here looks into. */
  void setCursor(long first, long second) {
    structs.putLong(CURSOR, first).putLong(CURSOR + Long.BYTES, second);
  }

  long cursorFirst() {
    return structs.getLong(CURSOR);
  }

  long cursorSecond() {
    return structs.getLong(CURSOR + Long.BYTES);
  }

  void growKeepingCursor(long bytes) {
    long first = cursorFirst();
    long second = cursorSecond();
    grow(bytes);
    setCursor(first, second);
  }

  QueueState state() {
    return new QueueState(
        structs.getInt(STATE + NativeStructs.QueueState.UNFINISHED),
        structs.getInt(STATE + NativeStructs.QueueState.SHUT_DOWN) != 0,
        structs.getLong(STATE + NativeStructs.QueueState.LARGEST_ITEM),
        structs.getInt(STATE + NativeStructs.QueueState.FULL) != 0);
  }
}
