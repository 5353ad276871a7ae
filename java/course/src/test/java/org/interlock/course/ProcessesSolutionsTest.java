package org.interlock.course;

/** Sessions 1 and 8: processes, and those that are killed. */
class ProcessesSolutionsTest extends SolutionsTests {
  ProcessesSolutionsTest() {
    super(1, 8);
  }
}
