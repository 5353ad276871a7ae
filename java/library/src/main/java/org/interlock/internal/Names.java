package org.interlock.internal;

/** Names that a user may give. */
public final class Names {
  private static final int LONGEST = 200;

  private Names() {}

  /**
   * Checks a name.
   *
   * @return the name
   * @throws IllegalArgumentException telling the rule
   */
  public static String check(String name) {
    if (name.isEmpty() || name.length() > LONGEST || !name.chars().allMatch(Names::isAllowed)) {
      throw new IllegalArgumentException(
          "a name has 1 to " + LONGEST + " characters of A-Z a-z 0-9 . _ -, not: \"" + name + '"');
    }
    return name;
  }

  private static boolean isAllowed(int character) {
    return (character >= 'A' && character <= 'Z')
        || (character >= 'a' && character <= 'z')
        || (character >= '0' && character <= '9')
        || character == '.'
        || character == '_'
        || character == '-';
  }
}
