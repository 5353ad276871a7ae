package org.interlock.docs;

import java.io.Serializable;
import java.util.List;

/** What the examples of the javadoc take for granted: the program around them. */
abstract class ExampleNames {
  interface Job extends Runnable, Serializable {}

  final List<String> todaysOrders = List.of();
  final List<Job> jobs = List.of();

  abstract void rebuildIndex();

  abstract void updateIndex();

  abstract void process(String order);

  abstract void setAside(Job job);

  abstract void sing();
}
