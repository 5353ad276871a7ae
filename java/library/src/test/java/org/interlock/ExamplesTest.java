package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.interlock.testing.SharedMemory;
import org.interlock.testing.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The programs of {@code examples/}, which are the same in several languages, with one another:
 * they share objects by name, and each survives the SIGKILL of another. CMake, called by Maven, has
 * built those in C.
 */
class ExamplesTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
  private static final Path NATIVE = Path.of("target", "native").toAbsolutePath();
  private static final Path PYTHON = ROOT.resolve(Path.of("examples", "python"));

  @TempDir static Path classes;
  @RegisterExtension final SharedMemory memory = new SharedMemory();
  private final List<Worker> programs = new ArrayList<>();

  /** How a program of an example is started. */
  enum Language {
    C {
      @Override
      List<String> command(String program) {
        return List.of(NATIVE.resolve("example-" + program).toString());
      }
    },
    JAVA {
      @Override
      List<String> command(String program) {
        String main = program.substring(0, 1).toUpperCase(Locale.ROOT) + program.substring(1);
        String path = classes + ":" + System.getProperty("java.class.path");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", path, main);
      }
    },
    PYTHON {
      @Override
      List<String> command(String program) {
        return List.of("python3", "-B", ExamplesTest.PYTHON.resolve(program + ".py").toString());
      }
    };

    abstract List<String> command(String program);
  }

  @BeforeAll
  static void compile() {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path source = ROOT.resolve(Path.of("examples", "java", "Shop.java"));
    String path = System.getProperty("java.class.path");
    int status =
        compiler.run(
            null,
            null,
            null,
            "-Xlint:all,-path",
            "-Werror",
            "-proc:none",
            "--release",
            "17",
            "-cp",
            path,
            "-d",
            classes.toString(),
            source.toString());
    assertThat(status).isZero();
  }

  @AfterEach
  void endPrograms() {
    programs.forEach(Worker::close);
  }

  /** Every two languages, C and Java both ways round; if it is asked for, the others, too. */
  static Stream<Arguments> pairs() {
    Stream<Arguments> pairs =
        Stream.of(
            arguments(Language.C, Language.JAVA),
            arguments(Language.JAVA, Language.C),
            arguments(Language.JAVA, Language.PYTHON),
            arguments(Language.PYTHON, Language.C));
    return Boolean.getBoolean("interlock.test.all")
        ? Stream.concat(
            pairs,
            Stream.of(
                arguments(Language.PYTHON, Language.JAVA), arguments(Language.C, Language.PYTHON)))
        : pairs;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void programsOfTwoLanguagesShareLockEventAndQueueAndSurviveEachOthersDeath(
      Language ofKitchen, Language ofCustomer) {
    String shop = memory.name();
    Worker holder = start(ofKitchen, "shop", "hold", shop);
    assertThat(holder.line()).isEqualTo("has the till");
    Worker kitchen = start(ofKitchen, "shop", "kitchen", shop);
    assertThat(kitchen.line()).isEqualTo("the kitchen waits");
    Worker doomedCustomer = start(ofCustomer, "shop", "customer", shop, "3");
    Worker customer = start(ofCustomer, "shop", "customer", shop, "3");
    assertThat(doomedCustomer.line()).isEqualTo("a customer waits");
    assertThat(customer.line()).isEqualTo("a customer waits");

    doomedCustomer.kill(); // which waits for the event
    kitchen.kill(); // which waits for an item
    Worker secondKitchen = start(ofKitchen, "shop", "kitchen", shop);
    assertThat(secondKitchen.line()).isEqualTo("the kitchen waits");
    assertThat(start(ofKitchen, "shop", "open", shop).line()).isEqualTo("the shop is open");
    holder.kill(); // which has the lock

    assertThat(customer.line()).isEqualTo("whoever had the till died");
    for (int i = 1; i <= 3; i++) {
      assertThat(customer.line()).isEqualTo("paid the bill of order " + i);
      assertThat(secondKitchen.line()).isEqualTo("cooked order " + i);
    }
    assertThat(customer.exitCode()).as(customer::errors).isZero();
    assertThat(start(ofCustomer, "shop", "close", shop).line()).isEqualTo("no more orders");
    assertThat(secondKitchen.line()).isEqualTo("the kitchen is closed");
    assertThat(secondKitchen.exitCode()).as(secondKitchen::errors).isZero();
    assertThat(start(ofCustomer, "shop", "tidy", shop).line()).isEqualTo("tidied 5 away");
  }

  /** With {@code sem_open}, as a program that knows nothing of Interlock. */
  @ParameterizedTest
  @EnumSource(names = "JAVA", mode = EnumSource.Mode.EXCLUDE)
  void programsWithSemOpenShareASemaphoreAndSurviveEachOthersDeath(Language language) {
    Language other = language == Language.C ? Language.PYTHON : Language.C;
    String name = memory.name();
    try (ProcessSemaphore semaphore = ProcessSemaphore.open(name, 1)) {
      Worker holder = start(language, "permits", "take", name);
      assertThat(List.of(holder.line(), holder.line())).containsExactly("waits", "took");
      assertThat(semaphore.tryAcquire()).isFalse();

      Worker doomed = start(other, "permits", "take", name);
      Worker waiter = start(other, "permits", "take", name);
      assertThat(doomed.line()).isEqualTo("waits");
      assertThat(waiter.line()).isEqualTo("waits");
      doomed.kill(); // takes nothing with it, and stops nobody
      assertThat(holder.ask("enough")).isEqualTo("gave");
      assertThat(waiter.line()).isEqualTo("took");

      waiter.kill(); // what it held is lost, as POSIX has it
      assertThat(semaphore.availablePermits()).isZero();
      assertThat(start(other, "permits", "give", name).line()).isEqualTo("gave");
      assertThat(semaphore.tryAcquire()).isTrue();

      Worker last = start(language, "permits", "take", name);
      assertThat(last.line()).isEqualTo("waits");
      semaphore.release();
      assertThat(last.line()).isEqualTo("took");
    }
  }

  private Worker start(Language language, String program, String... arguments) {
    assumeTrue(language != Language.PYTHON || isThere("python3"), "there is no python3");
    List<String> command = new ArrayList<>(language.command(program));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("INTERLOCK_LIBRARY", NATIVE.resolve("libinterlock.so").toString());
    try {
      Worker started = Worker.running(builder.start());
      programs.add(started);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isThere(String command) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Path.of(directory, command).toFile().canExecute());
  }
}
