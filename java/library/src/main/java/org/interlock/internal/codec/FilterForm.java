package org.interlock.internal.codec;

import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.Serializable;

/**
 * What of a filter is written: exactly one of the two is there.
 *
 * @param itself a filter that is serialisable
 * @param pattern what a filter of {@code Config.createFilter} was made of
 */
record FilterForm(
    @org.jspecify.annotations.Nullable Serializable itself,
    @org.jspecify.annotations.Nullable String pattern)
    implements Serializable {

  static FilterForm of(ObjectInputFilter filter) throws NotSerializableException {
    if (filter instanceof Serializable itself) {
      return new FilterForm(itself, null);
    }
    String pattern = filter.toString();
    if (isMadeOf(pattern, filter)) {
      return new FilterForm(null, pattern);
    }
    throw new NotSerializableException(
        filter.getClass().getName()
            + " (the filter of Codec.objects(filter): make it a serialisable lambda, or use"
            + " ObjectInputFilter.Config.createFilter)");
  }

  /**
   * The JDK's own filters print their pattern, though no contract says so; nothing else is believed
   * to, and a JDK that ceases to is noticed here.
   */
  private static boolean isMadeOf(String pattern, ObjectInputFilter filter) {
    try {
      ObjectInputFilter same = ObjectInputFilter.Config.createFilter(pattern);
      return same != null
          && same.getClass() == filter.getClass()
          && same.toString().equals(pattern);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Object readResolve() throws InvalidObjectException {
    if (itself instanceof ObjectInputFilter filter) {
      return new ObjectsCodec.FilterHolder(filter);
    }
    ObjectInputFilter made =
        pattern == null ? null : ObjectInputFilter.Config.createFilter(pattern);
    if (made == null) {
      throw new InvalidObjectException("a codec without the filter it was made with");
    }
    return new ObjectsCodec.FilterHolder(made);
  }
}
