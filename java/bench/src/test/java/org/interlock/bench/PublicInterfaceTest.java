package org.interlock.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class PublicInterfaceTest {
  @Test
  void theBenchUsesThePublicInterfaceOnly() {
    // Names are enough: reading the classes of the peers and of the JDK as well takes most of a
    // minute.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.interlock.internal..")
        .check(new ClassFileImporter().importPackages("org.interlock.bench"));
  }
}
