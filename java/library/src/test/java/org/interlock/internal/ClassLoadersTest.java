package org.interlock.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.locks.Lock;
import org.interlock.ProcessLock;
import org.interlock.ProcessLong;
import org.interlock.Shared;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** JNI refuses a file that another class loader of the JVM has loaded. */
@SuppressWarnings("LockNotBeforeTry") // a failed test ends its threads, and with them their holds
class ClassLoadersTest {
  @RegisterExtension final SharedMemory names = new SharedMemory();

  private static URLClassLoader loader() {
    URL[] places = {place(Shared.class), place(com.sun.jna.Native.class)};
    return new URLClassLoader(places, ClassLoader.getPlatformClassLoader());
  }

  private static URL place(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  private static Object open(ClassLoader loader, Class<?> type, String name) throws Exception {
    Class<?> copy = loader.loadClass(type.getName());
    assertThat(copy).isNotSameAs(type);
    return type == ProcessLong.class
        ? copy.getMethod("open", String.class, long.class).invoke(null, name, 0L)
        : copy.getMethod("open", String.class).invoke(null, name);
  }

  @Test
  void eachLoadsTheLibraryAndAllShareTheObjects() throws Exception {
    String name = names.name();
    try (ProcessLong own = ProcessLong.open(name, 0)) {
      for (int sum = 1; sum <= 3; sum++) {
        try (URLClassLoader loader = loader();
            AutoCloseable copy = (AutoCloseable) open(loader, ProcessLong.class, name)) {
          Object result = copy.getClass().getMethod("addAndGet", long.class).invoke(copy, 1L);
          assertThat(result).isEqualTo((long) sum);
          assertThat(own.get()).isEqualTo(sum);
        }
      }
    }
  }

  // Elsewhere the two have nothing in common by which one could tell that the thread is the same:
  // it waits for itself.
  @Tag("linux")
  @Test
  void aLockOfOneIsTakenForTheOther() throws Exception {
    String name = names.name();
    try (URLClassLoader loader = loader();
        AutoCloseable copy = (AutoCloseable) open(loader, ProcessLock.class, name);
        ProcessLock own = ProcessLock.open(name)) {
      Lock other = (Lock) copy;
      own.lock();
      assertThatThrownBy(other::lock)
          .isInstanceOf(IllegalMonitorStateException.class)
          .hasMessageContaining("class loader");
      own.unlock();
      other.lock();
      assertThat(own.isLocked()).isTrue();
      assertThat(own.isHeldByCurrentThread()).isFalse();
      other.unlock();
      assertThatThrownBy(() -> open(loader, ProcessLong.class, name))
          .isInstanceOf(InvocationTargetException.class)
          .rootCause()
          .hasMessageContaining(name);
    }
  }
}
