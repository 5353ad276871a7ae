package org.interlock.labs.timeline;

import static net.bytebuddy.matcher.ElementMatchers.isStatic;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.not;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/**
 * Copies the classes whose steps are to be seen, with a call of {@link Recording} before and after
 * each step. (An agent would need no copy, but children do not get their parent's agents; and calls
 * written into the labs would hide what they teach.)
 */
final class Weaver {
  /** The steps. */
  private static final Map<String, List<String>> STEPS =
      Map.ofEntries(
          Map.entry("ProcessLock", List.of("lock", "lockInterruptibly", "tryLock", "unlock")),
          Map.entry(
              "LockCondition",
              List.of("await", "awaitUninterruptibly", "awaitNanos", "awaitUntil", "signal")),
          Map.entry(
              "ProcessSemaphore",
              List.of("acquire", "acquireUninterruptibly", "tryAcquire", "release")),
          Map.entry("PermitPool", List.of("acquire", "tryAcquire")),
          Map.entry("PermitPool$Held", List.of("close")),
          Map.entry("ProcessEvent", List.of("await", "set", "clear")),
          Map.entry("ProcessBarrier", List.of("await")),
          Map.entry("ProcessQueue", List.of("put", "offer", "take", "poll", "shutdown")),
          Map.entry("JoinableQueue", List.of("receive", "taskDone", "join")),
          Map.entry("JoinableQueue$Received", List.of("done", "close")),
          Map.entry("PipeConnection", List.of("send", "receive")),
          Map.entry("ChildProcess", List.of("join", "terminate", "kill")),
          Map.entry("ChildProcess$Builder", List.of("start")),
          Map.entry("posix.Mutex", List.of("lock", "tryLock", "timedLock", "unlock")),
          Map.entry(
              "posix.ConditionVariable", List.of("await", "timedWait", "signal", "broadcast")),
          Map.entry("labs.Lesson", List.of("pause", "show")));

  private Weaver() {}

  /** Writes the copies below that directory, to be put in front of the class path. */
  static void weave(Path directory) throws IOException {
    try (ClassFileLocator classes = ClassFileLocator.ForClassLoader.ofSystemLoader()) {
      TypePool types = TypePool.Default.of(classes);
      for (Map.Entry<String, List<String>> entry : STEPS.entrySet()) {
        String[] methods = entry.getValue().toArray(String[]::new);
        new ByteBuddy()
            .with(TypeValidation.DISABLED)
            .redefine(types.describe("org.interlock." + entry.getKey()).resolve(), classes)
            .visit(Advice.to(Step.class).on(namedOneOf(methods).and(not(isStatic()))))
            .make()
            .saveIn(directory.toFile());
      }
    }
  }

  /** What each method gets around its body. */
  static final class Step {
    private Step() {}

    @Advice.OnMethodEnter
    static void enter(
        @Advice.This Object self,
        @Advice.Origin("#m") String method,
        @Advice.AllArguments @Nullable Object[] arguments) {
      Recording.begin(self, method, arguments);
    }

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(
        @Advice.This Object self,
        @Advice.Origin("#m") String method,
        @Advice.Return(typing = Assigner.Typing.DYNAMIC) @Nullable Object returned,
        @Advice.Thrown @Nullable Throwable thrown) {
      Recording.end(self, method, returned, thrown);
    }
  }
}
