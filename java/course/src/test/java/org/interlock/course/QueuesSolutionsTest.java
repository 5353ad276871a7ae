package org.interlock.course;

/** Sessions 4 to 6. */
class QueuesSolutionsTest extends SolutionsTests {
  QueuesSolutionsTest() {
    super(4, 5, 6);
  }
}
