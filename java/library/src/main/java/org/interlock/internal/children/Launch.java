package org.interlock.internal.children;

import java.nio.ByteBuffer;
import java.util.List;
import org.interlock.internal.NativeArena;
import org.interlock.internal.NativeStructs.SpawnOptions;
import org.interlock.internal.Natives;
import org.jspecify.annotations.Nullable;

/**
 * What to start, as {@code il_spawn_options} wants it.
 *
 * @param arguments from {@code argv[0]}, which is also the program: a path, or a name that is
 *     looked up in the PATH of its environment
 * @param environment what differs from the parent's, see {@link Environment}
 * @param directory null: the parent's
 * @param output file for the standard output; null: the parent's
 * @param error file for the standard error; null: the parent's
 */
public record Launch(
    List<String> arguments,
    List<String> environment,
    @Nullable String directory,
    @Nullable String output,
    @Nullable String error,
    Life life,
    boolean inheritInput) {

  /** What becomes of it when this process ends. */
  enum Life {
    /** Nothing. */
    FREE,
    /** It is ended, with all that it left behind. */
    DAEMON,
    /** It is ended at once, and waits for work that makes it one of the others. */
    SPARE
  }

  /** The file that is executed, or the name that is looked up. */
  public String program() {
    return arguments.get(0);
  }

  /** Address of the struct, which lives as long as the arena. */
  long toNative(NativeArena arena, int channel) {
    ByteBuffer options = arena.allocate(SpawnOptions.SIZE);
    options.putLong(SpawnOptions.LAUNCHER, arena.string(Natives.launcher().toString()));
    options.putLong(SpawnOptions.PROGRAM, arena.string(program()));
    options.putLong(SpawnOptions.ARGUMENTS, arena.strings(arguments));
    options.putLong(SpawnOptions.ENVIRONMENT, arena.strings(environment));
    options.putLong(SpawnOptions.DIRECTORY, optional(arena, directory));
    options.putLong(SpawnOptions.OUTPUT_PATH, optional(arena, output));
    options.putLong(SpawnOptions.ERROR_PATH, optional(arena, error));
    options.putInt(SpawnOptions.DAEMON, life == Life.DAEMON ? 1 : 0);
    options.putInt(SpawnOptions.SPARE, life == Life.SPARE ? 1 : 0);
    options.putInt(SpawnOptions.INHERIT_INPUT, inheritInput ? 1 : 0);
    options.putInt(SpawnOptions.CHANNEL, channel);
    options.putInt(SpawnOptions.INHERIT_ENVIRONMENT, 1);
    return NativeArena.addressOf(options);
  }

  private static long optional(NativeArena arena, @Nullable String text) {
    return text == null ? 0 : arena.string(text);
  }
}
