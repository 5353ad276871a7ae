package org.interlock.docs;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import org.interlock.posix.ConditionVariable;
import org.interlock.posix.Mutex;
import org.interlock.posix.SharedMemory;

/** What the examples of the javadoc take for granted: the program around them. */
abstract class ExampleNames {
  interface Job extends Runnable, Serializable {}

  final List<String> todaysOrders = List.of();
  final List<Job> jobs = List.of();
  static final int STEPS = 10;
  static final int READY = 128;

  SharedMemory memory;
  Mutex mutex;
  ConditionVariable changed;

  abstract void rebuildIndex();

  abstract void updateIndex();

  abstract void process(String order);

  abstract void setAside(Job job);

  abstract void sing();

  abstract void render();

  abstract void compute(int step);

  abstract void repair(ByteBuffer account);

  abstract void book(ByteBuffer account);
}
