package org.interlock.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The native library of this class loader: unpacked and loaded once, at the first use. A failure is
 * remembered, and told again to everybody who comes later.
 */
public final class Natives {
  /** Names the directory that native files are unpacked into, instead of those of the user. */
  public static final String DIRECTORY = NativeDirectory.PROPERTY;

  private static final int MOST_CLASS_LOADERS = 1000;

  private static volatile @Nullable Path ofParent;

  private Natives() {}

  /** Loaded files, or why there are none. */
  private record Outcome(NativeFiles.@Nullable Unpacked files, @Nullable UnsatisfiedLinkError why) {
    static Outcome find() {
      try {
        return new Outcome(load(), null);
      } catch (UnsatisfiedLinkError e) {
        return new Outcome(null, e);
      } catch (IOException | RuntimeException e) {
        return new Outcome(null, causedBy(String.valueOf(e.getMessage()), e));
      }
    }
  }

  private static final class Holder {
    static final Outcome OUTCOME = Outcome.find();
  }

  /**
   * Loads the library if that was not done.
   *
   * @throws UnsatisfiedLinkError if it can not be: says why, and what to do
   */
  public static void require() {
    files();
  }

  /**
   * In a child, before all else: the file that its parent has loaded. The parent has compared it
   * with what is in the jar; to do so again costs a starting JVM as much as all the rest of its way
   * to the task.
   */
  public static void loadedByParent(Path library) {
    ofParent = library;
  }

  /** File of the library that is loaded; JNA opens the very same. */
  public static Path library() {
    return files().library();
  }

  /** File of the program that starts children. */
  public static Path launcher() {
    return files().launcher();
  }

  /** Where this system keeps shared memory. */
  public static Path sharedMemory() {
    return NativePlatform.current().sharedMemory();
  }

  private static NativeFiles.Unpacked files() {
    Outcome outcome = Holder.OUTCOME;
    if (outcome.files != null) {
      return outcome.files;
    }
    String message = outcome.why == null ? "" : String.valueOf(outcome.why.getMessage());
    throw causedBy(message, outcome.why);
  }

  private static NativeFiles.Unpacked load() throws IOException {
    Path known = ofParent;
    if (known != null && isLoadedAsItIs(known)) {
      return new NativeFiles.Unpacked(known, known.resolveSibling(NativePlatform.LAUNCHER));
    }
    NativePlatform platform = NativePlatform.current();
    NativeFiles files = NativeFiles.read(platform);
    NativeFiles.Unpacked unpacked =
        NativeDirectory.choose(System.getProperties(), System.getenv(), files.key(), files);
    Path library = unpacked.library();
    for (int number = 2; !isLoaded(library); number++) {
      if (number > MOST_CLASS_LOADERS) {
        throw new UnsatisfiedLinkError(
            MOST_CLASS_LOADERS + " class loaders of this JVM have loaded Interlock");
      }
      library = files.another(unpacked.library(), number);
    }
    return new NativeFiles.Unpacked(library, unpacked.launcher());
  }

  /** False: it is gone since the parent loaded it, or cannot be loaded here. */
  private static boolean isLoadedAsItIs(Path library) {
    try {
      System.load(library.toString());
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false; // what is wrong shows when the files of the jar are tried
    }
  }

  /** False: another class loader of this JVM has loaded this file. */
  private static boolean isLoaded(Path library) {
    try {
      System.load(library.toString());
      return true;
    } catch (UnsatisfiedLinkError e) {
      String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      if (message.contains("already loaded in another classloader")) {
        return false;
      }
      if (message.contains("failed to map segment") || message.contains("not permitted")) {
        throw causedBy(
            library.getParent()
                + " is on a file system mounted noexec: name a directory from which programs may"
                + " run with -D"
                + NativeDirectory.PROPERTY
                + " ("
                + e.getMessage()
                + ")",
            e);
      }
      throw e;
    }
  }

  private static UnsatisfiedLinkError causedBy(String message, @Nullable Throwable cause) {
    UnsatisfiedLinkError error = new UnsatisfiedLinkError(message);
    error.initCause(cause);
    return error;
  }
}
