package org.interlock.internal.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects whose classes the context class loader finds; what it does not find, such as
 * primitive types, is looked up as usual.
 */
final class ContextObjectInput extends ObjectInputStream {
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

  ContextObjectInput(InputStream in) throws IOException {
    super(in);
  }

  @Override
  protected Class<?> resolveClass(ObjectStreamClass description)
      throws IOException, ClassNotFoundException {
    if (loader != null) {
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        // Looked up as usual.
      }
    }
    return super.resolveClass(description);
  }

  @Override
  protected Class<?> resolveProxyClass(String[] interfaces)
      throws IOException, ClassNotFoundException {
    if (loader != null) {
      try {
        return proxyClass(interfaces, loader);
      } catch (ClassNotFoundException | IllegalArgumentException e) {
        // Looked up as usual.
      }
    }
    return super.resolveProxyClass(interfaces);
  }

  /** A proxy of an interface that is not public lives with that interface. */
  private static Class<?> proxyClass(String[] names, ClassLoader loader)
      throws ClassNotFoundException {
    Class<?>[] interfaces = new Class<?>[names.length];
    ClassLoader home = loader;
    for (int i = 0; i < names.length; i++) {
      interfaces[i] = Class.forName(names[i], false, loader);
      if (!Modifier.isPublic(interfaces[i].getModifiers())) {
        home = interfaces[i].getClassLoader();
      }
    }
    // Proxy.getProxyClass is deprecated; the class of an instance is the same.
    return Proxy.newProxyInstance(home, interfaces, (proxy, method, arguments) -> null).getClass();
  }
}
