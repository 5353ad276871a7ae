package org.interlock.course;

/** Sessions 2 and 3. */
class LocksSolutionsTest extends SolutionsTests {
  LocksSolutionsTest() {
    super(2, 3);
  }
}
