package org.interlock.course;

/** Session 8: processes that are killed. */
class LastSolutionsTest extends SolutionsTests {
  LastSolutionsTest() {
    super(8, 8);
  }
}
