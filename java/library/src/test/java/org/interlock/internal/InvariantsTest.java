package org.interlock.internal;

import static com.tngtech.archunit.core.domain.JavaModifier.NATIVE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Rules about which class knows what (docs/architecture.md). */
class InvariantsTest {
  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.interlock");

  @Test
  void onlyColdCallsUsesJna() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ColdCalls.class.getName())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.sun.jna..")
        .check(LIBRARY);
  }

  @Test
  void onlyTheTwoBindingsHaveNativeMethods() {
    methods()
        .that()
        .haveModifier(NATIVE)
        .should()
        .beDeclaredIn(HotCalls.class)
        .orShould()
        .beDeclaredIn(ColdCalls.class)
        .check(LIBRARY);
  }
}
