package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the codecs promise beside the round trip (for which see CodecProperties). */
class CodecTest {

  @Test
  void idsAreThoseOfTheFormatDescription() {
    assertThat(Codec.bytes().id()).isEqualTo("bytes");
    assertThat(Codec.strings().id()).isEqualTo("utf8");
    assertThat(Codec.longs().id()).isEqualTo("i64");
    assertThat(Codec.objects().id()).isEqualTo("java");
    assertThat(Codec.objects(info -> ObjectInputFilter.Status.UNDECIDED).id()).isEqualTo("java");
  }

  @Test
  void codecsTravel() throws Exception {
    assertThat(copyOf(Codec.bytes())).isSameAs(Codec.bytes());
    assertThat(copyOf(Codec.strings())).isSameAs(Codec.strings());
    assertThat(copyOf(Codec.longs())).isSameAs(Codec.longs());
    assertThat(copyOf(Codec.objects())).isSameAs(Codec.objects());
  }

  /** Serialisable, and in no package that a filter below allows. */
  static final class Secret implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void aFilterRefusesWhatItDoesNotLetThrough() {
    Codec<Object> codec =
        Codec.objects(ObjectInputFilter.Config.createFilter("java.base/*;!org.interlock.**"));
    assertThat(codec.decode(encoded(codec, List.of(1, 2)))).isEqualTo(List.of(1, 2));
    assertThatThrownBy(() -> codec.decode(encoded(codec, new Secret())))
        .hasCauseInstanceOf(InvalidClassException.class)
        .hasMessageContaining("REJECTED");
  }

  @Test
  void aFilterMadeOfAPatternTravelsWithItsCodec() throws Exception {
    Codec<Object> codec =
        copyOf(
            Codec.objects(ObjectInputFilter.Config.createFilter("!org.interlock.**;maxarray=5")));
    assertThat(codec.decode(encoded(codec, "text"))).isEqualTo("text");
    assertThatThrownBy(() -> codec.decode(encoded(codec, new Secret())))
        .hasCauseInstanceOf(InvalidClassException.class);
    assertThatThrownBy(() -> codec.decode(encoded(codec, new int[6])))
        .hasCauseInstanceOf(InvalidClassException.class);
  }

  @Test
  void aSerialisableFilterTravelsWithItsCodec() throws Exception {
    ObjectInputFilter filter =
        (ObjectInputFilter & Serializable)
            info ->
                info.serialClass() == Secret.class
                    ? ObjectInputFilter.Status.REJECTED
                    : ObjectInputFilter.Status.UNDECIDED;
    Codec<Object> codec = copyOf(Codec.objects(filter));
    assertThat(codec.decode(encoded(codec, "text"))).isEqualTo("text");
    assertThatThrownBy(() -> codec.decode(encoded(codec, new Secret())))
        .hasCauseInstanceOf(InvalidClassException.class);
  }

  /** Prints like a pattern, but decides otherwise. */
  static final class Impostor implements ObjectInputFilter {
    @Override
    public Status checkInput(FilterInfo info) {
      return Status.REJECTED;
    }

    @Override
    public String toString() {
      return "java.base/*";
    }
  }

  @Test
  void aFilterThatCanNotTravelIsNotDropped() {
    assertThatThrownBy(() -> copyOf(Codec.objects(info -> ObjectInputFilter.Status.REJECTED)))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("filter");
    assertThatThrownBy(() -> copyOf(Codec.objects(new Impostor())))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("Impostor");
    assertThatThrownBy(
            () ->
                copyOf(
                    Codec.objects(
                        ObjectInputFilter.allowFilter(
                            type -> true, ObjectInputFilter.Status.UNDECIDED))))
        .isInstanceOf(NotSerializableException.class);
    assertThatThrownBy(() -> Codec.objects(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void whatCanNotBeSerialisedIsNamed() {
    assertThatThrownBy(() -> encoded(Codec.objects(), List.of(new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object")
        .hasCauseInstanceOf(NotSerializableException.class);
  }

  @Test
  void stringsSayWhereTheHalfPairIs() {
    assertThatThrownBy(() -> encoded(Codec.strings(), "ab\uD83Dc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\\uD83D")
        .hasMessageContaining("index 2");
  }

  @Test
  void classesAreThoseOfTheContextClassLoader() throws Exception {
    ByteBuffer bytes = encoded(Codec.objects(), new Secret());
    URL classes = Secret.class.getProtectionDomain().getCodeSource().getLocation();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader other =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(other);
      Object item = Codec.objects().decode(bytes.duplicate());
      assertThat(item.getClass().getName()).isEqualTo(Secret.class.getName());
      assertThat(item.getClass()).isNotSameAs(Secret.class);
      assertThat(item.getClass().getClassLoader()).isSameAs(other);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void withoutContextClassLoaderClassesAreFoundAsUsual() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      thread.setContextClassLoader(null);
      assertThat(Codec.objects().decode(encoded(Codec.objects(), new Secret())))
          .isInstanceOf(Secret.class);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void primitiveClassesAndArraysOfThemTravel() {
    List<Object> items = new ArrayList<>(List.of(int.class, void.class, int[][].class));
    assertThat(Codec.objects().decode(encoded(Codec.objects(), items))).isEqualTo(items);
  }

  /** Not public, so a proxy of it lives in its class loader. */
  interface Greeter {
    String greet();
  }

  /** Answers everything with a word. */
  record Answer(String word) implements InvocationHandler, Serializable {
    @Override
    public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
      return word;
    }
  }

  @Test
  void proxiesTravel() {
    Object proxy =
        Proxy.newProxyInstance(
            Greeter.class.getClassLoader(), new Class<?>[] {Greeter.class}, new Answer("hello"));
    Object back = Codec.objects().decode(encoded(Codec.objects(), proxy));
    assertThat(((Greeter) back).greet()).isEqualTo("hello");
  }

  private static <E> ByteBuffer encoded(Codec<E> codec, E item) {
    ByteBuffer target = ByteBuffer.allocate(10_000);
    codec.encode(item, target);
    return target.flip();
  }

  @SuppressWarnings("unchecked")
  private static <T> T copyOf(T object) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }
}
