package org.interlock.internal.codec;

import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.interlock.Codec;
import org.jspecify.annotations.Nullable;

/**
 * Any serialisable object, by Java serialisation.
 *
 * @param <E> what is encoded
 */
public final class ObjectsCodec<E> implements Codec<E> {
  private static final long serialVersionUID = 1L;

  private static final ObjectsCodec<?> UNFILTERED = new ObjectsCodec<>(null);

  private final @Nullable FilterHolder filter;

  private ObjectsCodec(@Nullable FilterHolder filter) {
    this.filter = filter;
  }

  /** A codec that reads every class that the JVM lets it read. */
  @SuppressWarnings("unchecked") // it holds no E
  public static <E> Codec<E> unfiltered() {
    return (Codec<E>) UNFILTERED;
  }

  /** A codec that reads what filter lets through. */
  public static <E> Codec<E> filtered(ObjectInputFilter filter) {
    return new ObjectsCodec<>(new FilterHolder(Objects.requireNonNull(filter, "filter")));
  }

  @Override
  public String id() {
    return "java";
  }

  @Override
  public void encode(E item, ByteBuffer target) {
    BufferOutput output = new BufferOutput(target);
    try {
      ObjectOutputStream stream = new ObjectOutputStream(output);
      stream.writeObject(item);
      stream.flush();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "a " + item.getClass().getName() + " can not be serialised: " + e, e);
    }
    output.finish();
  }

  @Override
  @SuppressWarnings(
      "unchecked") // the caller says what the queue holds, as with any generic container
  public E decode(ByteBuffer source) {
    try {
      ContextObjectInput stream = new ContextObjectInput(new BufferInput(source));
      if (filter != null) {
        stream.setObjectInputFilter(filter.filter());
      }
      return (E) stream.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalArgumentException(e.toString(), e);
    }
  }

  private Object readResolve() {
    return filter == null ? UNFILTERED : this;
  }

  @Override
  public String toString() {
    return filter == null ? "Codec[java]" : "Codec[java, filtered]";
  }

  /** A filter that travels: itself if it can, else the pattern it was made of, else not at all. */
  static final class FilterHolder implements Serializable {
    private static final long serialVersionUID = 1L;

    private final transient ObjectInputFilter filter;

    FilterHolder(ObjectInputFilter filter) {
      this.filter = filter;
    }

    ObjectInputFilter filter() {
      return filter;
    }

    private Object writeReplace() throws IOException {
      return FilterForm.of(filter);
    }
  }
}
