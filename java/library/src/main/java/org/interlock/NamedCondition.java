package org.interlock;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import org.interlock.internal.ConditionCore;

/** One that other processes know. It travels as its lock and its name. */
final class NamedCondition extends LockCondition implements Serializable {
  private static final long serialVersionUID = 1L;

  private final transient String name;

  NamedCondition(ProcessLock lock, String name, ConditionCore core) {
    super(lock, core);
    this.name = name;
  }

  @Override
  public String toString() {
    return "Condition[" + name + " of " + lock() + "]";
  }

  @Serial
  private Object writeReplace() {
    return new Form(lock(), name);
  }

  @Serial
  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a condition is read from its lock and name");
  }

  private record Form(ProcessLock lock, String name) implements Serializable {
    @Serial
    private Object readResolve() {
      return lock.condition(name);
    }
  }
}
