package org.interlock.course;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.interlock.ChildProcess;
import org.interlock.Task;
import org.interlock.testkit.Operation;
import org.interlock.testkit.Program;
import org.jspecify.annotations.Nullable;

/**
 * Calls the methods of a student's class in a worker. An operation is a method and its arguments;
 * {@code stall 2 move 0 1 5} has its second step take for ever.
 */
final class SolutionProgram implements Program {
  private @Nullable Bench bench;
  private @Nullable Object solution;

  @Override
  public void open(List<String> arguments) throws Exception {
    Bench opened = new Bench(Path.of(arguments.get(1)), arguments.get(2));
    Constructor<?> constructor =
        Class.forName(arguments.get(0)).getDeclaredConstructor(Bench.class);
    constructor.setAccessible(true);
    solution = constructor.newInstance(opened);
    bench = opened;
  }

  @Override
  public String perform(Operation operation) throws Exception {
    Bench own = bench;
    if (own == null) {
      throw new IllegalStateException("not opened");
    }
    own.stallIn(0);
    if (!operation.name().equals("stall")) {
      return call(operation);
    }
    own.stallIn(Integer.parseInt(operation.argument(0)));
    List<String> words = operation.arguments();
    return call(new Operation(words.get(1), words.subList(2, words.size())));
  }

  private String call(Operation operation) throws Exception {
    Object receiver = solution;
    if (receiver == null) {
      throw new IllegalStateException("not opened");
    }
    Method method =
        Arrays.stream(receiver.getClass().getDeclaredMethods())
            .filter(candidate -> candidate.getName().equals(operation.name()))
            .findFirst()
            .orElseThrow(() -> new NoSuchMethodException(operation.name()));
    method.setAccessible(true);
    try {
      Object result = method.invoke(receiver, arguments(method, operation));
      return method.getReturnType() == void.class ? "done" : answer(result);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception thrown) {
        throw thrown;
      }
      throw e;
    }
  }

  private static String answer(@Nullable Object result) {
    return result instanceof ChildProcess child ? "pid " + child.pid() : String.valueOf(result);
  }

  private static Object[] arguments(Method method, Operation operation) {
    Class<?>[] types = method.getParameterTypes();
    Object[] values = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      if (types[i] == List.class) {
        values[i] = tasks(operation.arguments());
      } else {
        String word = operation.argument(i);
        values[i] = types[i] == int.class ? (Object) Integer.valueOf(word) : word;
      }
    }
    return values;
  }

  /** Tasks that end with these exit codes. */
  private static List<Task> tasks(List<String> exitCodes) {
    List<Task> tasks = new ArrayList<>();
    for (String word : exitCodes) {
      int code = Integer.parseInt(word);
      tasks.add(() -> end(code));
    }
    return tasks;
  }

  private static void end(int code) {
    if (code != 0) {
      System.exit(code);
    }
  }
}
