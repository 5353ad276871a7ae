package org.interlock.course;

/** Session 7. */
class LateSolutionsTest extends SolutionsTests {
  LateSolutionsTest() {
    super(7, 7);
  }
}
