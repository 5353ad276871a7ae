package org.interlock.internal.children;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JvmCommandTest {
  private static final String MAIN = "org.interlock.internal.children.ChildMain";

  private static JvmFacts parent(List<String> options, String classPath) {
    return new JvmFacts(Path.of("/jdk"), options, classPath, null, null, Path.of("/work dir"), 17);
  }

  private static List<String> child(String... parentOptions) {
    JvmFacts parent = parent(List.of(parentOptions), "a.jar");
    return JvmCommand.of(parent, List.of(), false, "x").options();
  }

  @Test
  void runsTheSameJavaWithTheSameClassPathAndOptions() {
    JvmFacts parent =
        parent(List.of("-Xmx64m", "-Da=b c", "--add-opens=x/y=ALL-UNNAMED"), "a.jar:b");
    assertThat(JvmCommand.of(parent, List.of("-Xmx32m"), false, "Process-1").arguments())
        .containsExactly(
            "/jdk/bin/java",
            "-Xmx64m",
            "-Da=b c",
            "--add-opens=x/y=ALL-UNNAMED",
            "-cp",
            "a.jar:b",
            "-Xmx32m",
            MAIN,
            "Process-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=5005",
        "-Xrunjdwp:transport=dt_socket",
        "-Xdebug",
        "-Xnoagent",
        "-javaagent:/jacoco.jar=destfile=x",
        "-agentpath:/libprofiler.so",
        "-agentlib:hprof",
        "-Dcom.sun.management.jmxremote.port=9010",
        "-Dcom.sun.management.config.file=management.properties",
        "-XX:StartFlightRecording:filename=x.jfr",
        "-XX:ArchiveClassesAtExit=x.jsa",
        "-XX:AOTCacheOutput=x.aot",
        "-XX:AOTMode=record",
        "-Djdk.module.main=app"
      })
  void dropsDebuggersAgentsAndWhatOnlyOneJvmCanHave(String option) {
    assertThat(child("-Da=1", option, "-Db=2")).containsExactly("-Da=1", "-Db=2", "-cp", "a.jar");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xlog:gc:file=gc.log",
        "-XX:+UseSerialGC",
        "-XX:SharedArchiveFile=app.jsa",
        "-XX:AOTCache=app.aot",
        "-Xcheck:jni",
        "-Xss1m",
        "--enable-preview",
        "-Dcom.sunshine=1"
      })
  void keepsEverythingElse(String option) {
    assertThat(child(option)).startsWith(option);
  }

  @Test
  void makesPathsAbsoluteForAChildInAnotherDirectory() {
    JvmFacts parent =
        parent(
            List.of(
                "--module-path=mods:/abs",
                "--upgrade-module-path=up",
                "--patch-module=m=patch:/p",
                "-Xbootclasspath/a:boot.jar",
                "-Dfile=relative"),
            "a.jar:/b.jar::lib/c.jar");
    assertThat(JvmCommand.of(parent, List.of(), true, "x").options())
        .containsExactly(
            "--module-path=/work dir/mods:/abs",
            "--upgrade-module-path=/work dir/up",
            "--patch-module=m=/work dir/patch:/p",
            "-Xbootclasspath/a:/work dir/boot.jar",
            "-Dfile=relative",
            "-cp",
            "/work dir/a.jar:/b.jar:/work dir:/work dir/lib/c.jar");
  }

  @Test
  void modularProgram() {
    JvmFacts parent =
        new JvmFacts(
            Path.of("/jdk"),
            List.of("--module-path=mods", "-Djdk.module.main=com.acme.app"),
            "",
            "com.acme.app",
            "org.interlock",
            Path.of("/"),
            17);
    assertThat(JvmCommand.of(parent, List.of("-Da=b"), false, "x").arguments())
        .containsExactly(
            "/jdk/bin/java",
            "--module-path=mods",
            "--add-modules",
            "com.acme.app",
            "-Da=b",
            "-m",
            "org.interlock/" + MAIN,
            "x");
  }

  @Test
  void modularProgramWithAClassPath() {
    JvmFacts parent =
        new JvmFacts(Path.of("/jdk"), List.of(), "x.jar", "app", "org.interlock", Path.of("/"), 17);
    assertThat(JvmCommand.of(parent, List.of(), false, "x").options())
        .containsExactly("-cp", "x.jar", "--add-modules", "app");
  }

  /** Else the JVM would not resolve all modules of the JDK, as it did for the parent. */
  @Test
  void programOnTheClassPathWithInterlockAsAModule() {
    JvmFacts parent =
        new JvmFacts(
            Path.of("/jdk"),
            List.of("--module-path=mods", "--add-modules=org.interlock"),
            "app.jar",
            null,
            "org.interlock",
            Path.of("/"),
            17);
    assertThat(JvmCommand.of(parent, List.of(), false, "x").arguments())
        .containsExactly(
            "/jdk/bin/java",
            "--module-path=mods",
            "--add-modules=org.interlock",
            "-cp",
            "app.jar",
            MAIN,
            "x");
  }

  /** The parent has warned once, or was told not to; its children need not repeat it. */
  @Test
  void allowsNativeAccessWhereAJvmWouldWarn() {
    JvmFacts plain = new JvmFacts(Path.of("/j"), List.of(), "a", null, null, Path.of("/"), 24);
    assertThat(JvmCommand.of(plain, List.of(), false, "x").options())
        .containsExactly("--enable-native-access=ALL-UNNAMED", "-cp", "a");
    JvmFacts module =
        new JvmFacts(Path.of("/j"), List.of(), "", "app", "org.interlock", Path.of("/"), 25);
    assertThat(JvmCommand.of(module, List.of(), false, "x").options())
        .contains("--enable-native-access=org.interlock,com.sun.jna");
    JvmFacts told =
        new JvmFacts(
            Path.of("/j"), List.of("--enable-native-access=x"), "a", null, null, Path.of("/"), 25);
    assertThat(JvmCommand.of(told, List.of(), false, "x").options())
        .containsExactly("--enable-native-access=x", "-cp", "a");
  }

  @Test
  void argumentFileReplacesWhatTheChildHasFromItsParent() {
    JvmCommand command =
        JvmCommand.of(parent(List.of("-Da=b"), "a.jar"), List.of("@mine"), false, "x");
    assertThat(command.withOptionsFrom(Path.of("/tmp/f")).arguments())
        .containsExactly("/jdk/bin/java", "@/tmp/f", "@mine", MAIN, "x");
  }
}
