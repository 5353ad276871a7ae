package org.interlock.internal.children;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.interlock.PosixException;
import org.interlock.Task;

/** A task as bytes, in Java's serial form. */
final class TaskBytes {
  private TaskBytes() {}

  /**
   * Writes a task.
   *
   * @throws IllegalArgumentException naming what cannot be serialised, and the way to it
   * @throws PosixException if an object that it captured cannot be lent
   */
  static byte[] write(Task task) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    List<Object> seen = new ArrayList<>();
    try (Recorder recorder = new Recorder(bytes, seen)) {
      recorder.writeObject(task);
    } catch (PosixException e) {
      throw e;
    } catch (NotSerializableException e) {
      throw new IllegalArgumentException(
          "the task cannot be sent to another process: " + CapturePath.describe(seen, e), e);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("the task cannot be sent to another process: " + e, e);
    }
    return bytes.toByteArray();
  }

  /** Reads a task with the classes of the context class loader. */
  static Task read(byte[] bytes) throws IOException, ClassNotFoundException {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (ObjectInputStream in = new LoaderStream(new ByteArrayInputStream(bytes), loader)) {
      return (Task) in.readObject();
    }
  }

  /** Keeps every object that was begun: when writing fails, the last one is the reason. */
  private static final class Recorder extends ObjectOutputStream {
    private final List<Object> seen;

    Recorder(OutputStream out, List<Object> seen) throws IOException {
      super(out);
      this.seen = seen;
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      seen.add(object);
      return object;
    }
  }

  private static final class LoaderStream extends ObjectInputStream {
    private final ClassLoader loader;

    LoaderStream(InputStream in, ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description); // "int" and the like
      }
    }
  }
}
