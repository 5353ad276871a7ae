package org.interlock.course;

/** Sessions 7 and 8. */
class LastSolutionsTest extends SolutionsTests {
  LastSolutionsTest() {
    super(7, 8);
  }
}
