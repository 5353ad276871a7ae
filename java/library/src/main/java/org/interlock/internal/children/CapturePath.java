package org.interlock.internal.children;

import java.io.NotSerializableException;
import java.io.Serializable;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds through which fields and captured variables a task reaches an object that cannot be
 * serialised. Java's own message says only the class of that object.
 */
final class CapturePath {
  private CapturePath() {}

  /**
   * One sentence without full stop.
   *
   * @param written the objects that serialisation came to, in its order
   * @param failure what it was stopped with
   */
  static String describe(List<Object> written, NotSerializableException failure) {
    List<Object> seen = before(failure, written);
    if (seen.isEmpty() || seen.get(seen.size() - 1) instanceof Serializable) {
      return failure.toString(); // some writeObject threw it by itself
    }
    Object culprit = seen.get(seen.size() - 1);
    Deque<String> path = new ArrayDeque<>();
    Object target = culprit;
    for (int i = seen.size() - 2; i >= 0; i--) {
      String link = linkFrom(seen.get(i), target);
      if (link != null) {
        path.addFirst(link);
        target = seen.get(i);
      }
    }
    String reason = culprit.getClass().getName() + " is not serialisable";
    return path.isEmpty() ? reason : reason + ": it is " + String.join(" → ", path);
  }

  /**
   * Without the exception that a failing stream writes for its reader, and without the array in which
   * a lambda keeps what it captured: the lambda itself tells more.
   */
  private static List<Object> before(NotSerializableException failure, List<Object> written) {
    List<Object> seen = new ArrayList<>();
    Object previous = failure;
    for (Object object : written) {
      if (object == failure) {
        break;
      }
      if (!(previous instanceof SerializedLambda && object instanceof Object[])) {
        seen.add(object);
      }
      previous = object;
    }
    return seen;
  }

  /** How owner refers to target; null if it does not. */
  private static @Nullable String linkFrom(Object owner, Object target) {
    if (owner instanceof SerializedLambda lambda) {
      return linkFromLambda(lambda, target);
    }
    if (contains(owner, target)) {
      return "an element of " + typeName(owner);
    }
    for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (isSerialised(field) && refersTo(field, owner, target)) {
          return "field \"" + field.getName() + "\" of " + type.getName();
        }
      }
    }
    return null;
  }

  private static @Nullable String linkFromLambda(SerializedLambda lambda, Object target) {
    for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
      Object argument = lambda.getCapturedArg(i);
      if (argument == target) {
        return captured(lambda, i, argument);
      }
      if (contains(argument, target)) {
        return "an element of " + captured(lambda, i, argument);
      }
    }
    return null;
  }

  /** Names of local variables are not in the class file, so the type has to do. */
  private static String captured(SerializedLambda lambda, int index, Object argument) {
    String where = lambda.getImplClass().replace('/', '.') + '.' + lambda.getImplMethodName();
    boolean receiver =
        index == 0 && lambda.getImplMethodKind() != MethodHandleInfo.REF_invokeStatic;
    if (receiver && lambda.getImplMethodName().startsWith("lambda$")) {
      return "\"this\" (" + typeName(argument) + "), captured by the lambda " + where;
    }
    if (receiver) {
      return "the object of the method reference " + where;
    }
    return "captured variable " + index + " (" + typeName(argument) + ") of the lambda " + where;
  }

  private static boolean isSerialised(Field field) {
    return !field.getType().isPrimitive()
        && (field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0;
  }

  private static boolean refersTo(Field field, Object owner, Object target) {
    if (!field.trySetAccessible()) {
      // In a module that is not open to us; its type tells enough, unless it is Object.
      return field.getType() != Object.class && field.getType().isInstance(target);
    }
    try {
      Object value = field.get(owner);
      return value == target || contains(value, target);
    } catch (IllegalAccessException e) {
      return false;
    }
  }

  /**
   * Whether container is an array or a collection of the JDK with target in it. No others: to walk
   * through an unknown one may wait, or change it.
   */
  private static boolean contains(@Nullable Object container, Object target) {
    if (container instanceof Object[] array) {
      return Arrays.stream(array).anyMatch(element -> element == target);
    }
    if (container == null || !container.getClass().getName().startsWith("java.util.")) {
      return false;
    }
    if (container instanceof Map<?, ?> map) {
      return containsSame(map.keySet(), target) || containsSame(map.values(), target);
    }
    return container instanceof Collection<?> collection && containsSame(collection, target);
  }

  private static boolean containsSame(Collection<?> collection, Object target) {
    for (Object element : collection) {
      if (element == target) {
        return true;
      }
    }
    return false;
  }

  private static String typeName(Object object) {
    return object.getClass().getTypeName();
  }
}
