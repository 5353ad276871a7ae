package org.interlock.course;

/** Session 7. */
class EventsSolutionsTest extends SolutionsTests {
  EventsSolutionsTest() {
    super(7);
  }
}
