package org.interlock.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Hearing signals. The JDK has nothing for that but {@code sun.misc.Signal}, in a module of its own
 * that keeps it; by reflection, because javac warns of every use by name and takes no suppression.
 */
final class Signals {
  private Signals() {}

  /**
   * From now on the signal does this, instead of ending the JVM.
   *
   * @param signal such as {@code TERM}
   */
  static void handle(String signal, Runnable action) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> {
                action.run(); // the JDK keeps handlers as values only, and calls nothing else
                return null;
              });
      Object unused =
          type.getMethod("handle", type, handlerType)
              .invoke(null, type.getConstructor(String.class).newInstance(signal), handler);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("SIG" + signal + " cannot be heard", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM does not tell of signals", e);
    }
  }
}
