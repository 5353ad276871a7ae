package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import org.interlock.children.Jdks;
import org.interlock.children.Leftovers;
import org.interlock.children.ModuleTeller;
import org.interlock.children.TestJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The JVM of a child is that of its parent, however that was started. */
@ExtendWith(Leftovers.class)
@SuppressWarnings("serial") // tasks may reach what is private here: nobody else reads them
class ChildJvmTest {
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir Path directory;

  /** Starts a child, which tells about itself. */
  static final class Program {
    public static void main(String[] arguments) throws Exception {
      ChildProcess child = ChildProcess.start(Program::tell);
      child.join();
      System.out.println("exit code " + child.exitCode().getAsInt());
    }

    static void tell() {
      System.out.println("java.home=" + System.getProperty("java.home"));
      System.out.println("class path of " + System.getProperty("java.class.path").length());
      System.out.println("x=" + System.getProperty("x"));
      System.out.println("JAVA_TOOL_OPTIONS=" + System.getenv("JAVA_TOOL_OPTIONS"));
      System.out.println("JDK_JAVA_OPTIONS=" + System.getenv("JDK_JAVA_OPTIONS"));
      System.out.println("options=" + ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    private Program() {}
  }

  private static String run(TestJvm.Builder builder) throws Exception {
    try (TestJvm jvm = builder.start()) {
      String output = jvm.result();
      assertThat(output).contains("exit code 0");
      return output;
    }
  }

  @Test
  void hasTheOptionsOfItsParentWhereverTheyWereGiven() throws Exception {
    String output =
        run(
            TestJvm.of(Program.class)
                .options("-Dx=a b", "-Xmx123m")
                .environment(Map.of("JAVA_TOOL_OPTIONS", "-Dy=1", "JDK_JAVA_OPTIONS", "-Dz=2")));
    assertThat(output)
        .contains("x=a b\n", "options=[-Dy=1, -Dz=2, -Dx=a b, -Xmx123m]")
        .contains("JAVA_TOOL_OPTIONS=null", "JDK_JAVA_OPTIONS=null");
    assertThat(output.lines().filter(line -> line.startsWith("Picked up JAVA_TOOL_OPTIONS")))
        .as("the parent's only")
        .hasSize(1);
  }

  @Test
  void hasNoDebuggerNoAgentAndNoPort() throws Exception {
    assertThat(
            run(
                TestJvm.of(Program.class)
                    .options(
                        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0",
                        "-Dx=1")))
        .contains("options=[-Dx=1]")
        .containsOnlyOnce("Listening for transport");
  }

  @Test
  void classPathInTheManifestOfAJar() throws Exception {
    Path jar = manifestJar(Files.createDirectory(directory.resolve("with space")));
    String output = run(TestJvm.of(Program.class).classPath(jar.toString()));
    assertThat(output).contains("class path of " + jar.toString().length() + "\n");
  }

  /** As test runners make it: the class path is in the manifest. */
  private static Path manifestJar(Path where) throws Exception {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    StringBuilder entries = new StringBuilder();
    for (String entry : TestJvm.classPath()) {
      entries.append(Path.of(entry).toUri()).append(' ');
    }
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, entries.toString());
    Path jar = where.resolve("manifest only.jar");
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
    return jar;
  }

  @Test
  void relativeClassPathWithSpacesAlsoForAChildInAnotherDirectory() throws Exception {
    Path links = Files.createDirectory(directory.resolve("a b # ' c"));
    List<String> relative = new ArrayList<>();
    try {
      for (String entry : TestJvm.classPath()) {
        Path link = links.resolve("entry " + relative.size());
        Files.createSymbolicLink(link, Path.of(entry).toAbsolutePath());
        relative.add(directory.relativize(link).toString());
      }
      String classPath = String.join(File.pathSeparator, relative);
      String output = run(TestJvm.of(Elsewhere.class).directory(directory).classPath(classPath));
      assertThat(output).contains("here " + directory.toRealPath() + "\n", "there /\n");
    } finally {
      for (String link : relative) {
        Files.delete(directory.resolve(link));
      }
    }
  }

  /** Starts a child here and one in another directory. */
  static final class Elsewhere {
    public static void main(String[] arguments) throws Exception {
      ChildProcess.start(() -> System.out.println("here " + Path.of("").toAbsolutePath())).join();
      ChildProcess there =
          ChildProcess.builder(() -> System.out.println("there " + Path.of("").toAbsolutePath()))
              .directory(Path.of("/"))
              .start();
      there.join();
      System.out.println("exit code " + there.exitCode().getAsInt());
    }

    private Elsewhere() {}
  }

  @Test
  void classPathLongerThanOneArgumentMayBe() throws Exception {
    StringBuilder classPath = new StringBuilder(CLASS_PATH);
    for (int i = 0; classPath.length() < 200_000; i++) {
      classPath.append(File.pathSeparator).append("/not there/library number ").append(i);
    }
    Path file = directory.resolve("arguments");
    Files.writeString(file, "-cp \"" + classPath + "\"");
    String output =
        run(TestJvm.of(Program.class).classPath("").options("@" + file, "-Dx=in \\ \" the file"));
    assertThat(output)
        .contains("class path of " + classPath.length() + "\n", "x=in \\ \" the file\n");
  }

  @Test
  void modulePath() throws Exception {
    runInModule(Path.of(System.getProperty("java.home")));
  }

  private void runInModule(Path jdk) throws Exception {
    Path sources = Files.createDirectories(directory.resolve("src/com/acme"));
    Path info =
        Files.writeString(
            directory.resolve("src/module-info.java"),
            "module com.acme.kitchen { requires org.interlock; requires java.net.http; }");
    Path main =
        Files.writeString(
            sources.resolve("Kitchen.java"),
            """
            package com.acme;
            import org.interlock.ChildProcess;
            public class Kitchen {
              public static void main(String[] arguments) throws Exception {
                ChildProcess child = ChildProcess.start(() -> {
                    System.out.println("task in " + Kitchen.class.getModule());
                    System.out.println("Interlock in " + ChildProcess.class.getModule());
                    System.out.println(java.net.http.HttpClient.class.getModule());
                    ChildProcess.start(() -> System.out.println("below: " + Kitchen.class.getModule())).join();
                });
                child.join();
                System.out.println("exit code " + child.exitCode().getAsInt());
              }
            }
            """);
    Path classes = directory.resolve("the classes");
    String modules = moduleEntries();
    int compiled =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "-d",
                classes.toString(),
                "-p",
                modules,
                info.toString(),
                main.toString());
    assertThat(compiled).isZero();
    String output =
        run(
            TestJvm.program("-m", "com.acme.kitchen/com.acme.Kitchen")
                .home(jdk)
                .classPath("")
                .options("-p", classes + File.pathSeparator + modules));
    assertThat(output)
        .contains(
            "task in module com.acme.kitchen\n",
            "Interlock in module org.interlock\n",
            "module java.net.http\n",
            "below: module com.acme.kitchen\n");
  }

  /** Of the test's class path, what a program with modules needs. */
  private static String moduleEntries() {
    return String.join(
        File.pathSeparator,
        TestJvm.classPath().stream()
            .filter(
                entry ->
                    Files.exists(Path.of(entry, "module-info.class"))
                        || entry.contains("jna-jpms")
                        || entry.contains("jspecify"))
            .toList());
  }

  @Test
  void interlockAsAModuleOfAProgramOnTheClassPath() throws Exception {
    String output =
        run(
            TestJvm.of(ModuleTeller.class)
                .options("-p", moduleEntries(), "--add-modules", "org.interlock"));
    assertThat(output).contains("Interlock in module org.interlock\n", "sql: true\n");
  }

  @Test
  void theNewestJdkHere() throws Exception {
    Path jdk = newestJdk();
    String output = run(TestJvm.of(Program.class).home(jdk).options("-Dx=1"));
    assertThat(output).contains("java.home=" + jdk.toRealPath() + "\n", "options=[-Dx=1");
    assertThat(output.substring(output.indexOf("java.home=")))
        .as("what the child said")
        .doesNotContain("WARNING");
  }

  @Test
  void modulePathWithTheNewestJdkHere() throws Exception {
    runInModule(newestJdk());
  }

  private static Path newestJdk() {
    Optional<Path> jdk = Jdks.atLeast(21);
    assumeTrue(jdk.isPresent(), "no JDK 21 or newer on this machine");
    return jdk.get();
  }

  /** A class that the parent has and the child has not. */
  static final class Recipe implements Task {
    private static final long serialVersionUID = 1L;

    @Override
    public void run() {}
  }

  @Test
  void aClassThatTheChildDoesNotHave() throws Exception {
    String without =
        String.join(
            File.pathSeparator,
            TestJvm.classPath().stream()
                .filter(entry -> !holds(entry, ChildJvmTest.class))
                .toList());
    Path error = directory.resolve("error");
    ChildProcess child =
        ChildProcess.builder(new Recipe()).jvmOptions("-cp", without).redirectError(error).start();
    child.join();
    assertThat(child.exitCode()).hasValue(1);
    assertThat(Files.readString(error))
        .contains("the task of " + child.name() + " cannot be read")
        .contains("ClassNotFoundException: " + Recipe.class.getName());
  }

  private static boolean holds(String entry, Class<?> type) {
    return Files.exists(Path.of(entry, type.getName().replace('.', '/') + ".class"));
  }

  /** Whether JNA's library is in this process. */
  static boolean isJnaLoaded() throws java.io.IOException {
    return Files.readString(Path.of("/proc/self/maps"))
        .matches("(?s).*/(jna\\d+\\.tmp|libjnidispatch).*");
  }

  @Test
  void noJnaBeforeTheTaskAsksForIt() throws Exception {
    try (ProcessLong counter = ProcessLong.create(5)) {
      ChildProcess child =
          ChildProcess.start(
              () -> {
                counter.addAndGet(1);
                if (isJnaLoaded()) {
                  System.exit(10);
                }
                ProcessLong.create(1).close();
                if (!isJnaLoaded()) {
                  System.exit(11);
                }
              });
      child.join();
      assertThat(child.exitCode()).hasValue(0);
      assertThat(counter.get()).isEqualTo(6);
    }
  }
}
