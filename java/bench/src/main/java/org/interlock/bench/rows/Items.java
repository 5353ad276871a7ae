package org.interlock.bench.rows;

import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.interlock.Codec;

/** What goes through a queue: items made of a number, from which the number is read again. */
interface Items<E> extends Serializable {
  Codec<E> codec();

  /** The item for a number from 0. An array may be the same each time: the queue copies it. */
  E make(long number);

  long numberOf(E item);

  /** After it nothing comes. */
  E end();

  boolean isEnd(E item);

  static Items<byte[]> bytes(int size) {
    return new Bytes(size);
  }

  /** Of a fixed size, the number at both ends. */
  final class Bytes implements Items<byte[]> {
    private static final long serialVersionUID = 1;
    private static final VarHandle LONGS =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] array;

    Bytes(int size) {
      array = new byte[size];
    }

    @Override
    public Codec<byte[]> codec() {
      return Codec.bytes();
    }

    @Override
    public byte[] make(long number) {
      LONGS.set(array, 0, number);
      LONGS.set(array, array.length - Long.BYTES, number);
      return array;
    }

    @Override
    public long numberOf(byte[] item) {
      long number = (long) LONGS.get(item, 0);
      return number == (long) LONGS.get(item, item.length - Long.BYTES) ? number : Long.MIN_VALUE;
    }

    @Override
    public byte[] end() {
      return new byte[0];
    }

    @Override
    public boolean isEnd(byte[] item) {
      return item.length == 0;
    }
  }

  /** Eight characters and more. */
  final class Strings implements Items<String> {
    private static final long serialVersionUID = 1;

    @Override
    public Codec<String> codec() {
      return Codec.strings();
    }

    @Override
    public String make(long number) {
      return "item-" + number;
    }

    @Override
    public long numberOf(String item) {
      return Long.parseLong(item, 5, item.length(), 10);
    }

    @Override
    public String end() {
      return "";
    }

    @Override
    public boolean isEnd(String item) {
      return item.isEmpty();
    }
  }

  /** Boxed. */
  final class Longs implements Items<Long> {
    private static final long serialVersionUID = 1;

    @Override
    public Codec<Long> codec() {
      return Codec.longs();
    }

    @Override
    public Long make(long number) {
      return number;
    }

    @Override
    public long numberOf(Long item) {
      return item;
    }

    @Override
    public Long end() {
      return -1L;
    }

    @Override
    public boolean isEnd(Long item) {
      return item < 0;
    }
  }

  /** A record with two components, by Java's serialisation. */
  final class Objects implements Items<Objects.Job> {
    private static final long serialVersionUID = 1;

    /** An item. */
    record Job(long number, String name) implements Serializable {}

    @Override
    public Codec<Job> codec() {
      return Codec.objects();
    }

    @Override
    public Job make(long number) {
      return new Job(number, "job");
    }

    @Override
    public long numberOf(Job item) {
      return item.number();
    }

    @Override
    public Job end() {
      return new Job(-1, "end");
    }

    @Override
    public boolean isEnd(Job item) {
      return item.number() < 0;
    }
  }
}
