package org.interlock.course;

/** Sessions 1 to 3. */
class FirstSolutionsTest extends SolutionsTests {
  FirstSolutionsTest() {
    super(1, 3);
  }
}
