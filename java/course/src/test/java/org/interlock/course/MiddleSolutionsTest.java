package org.interlock.course;

/** Sessions 4 to 6. */
class MiddleSolutionsTest extends SolutionsTests {
  MiddleSolutionsTest() {
    super(4, 6);
  }
}
