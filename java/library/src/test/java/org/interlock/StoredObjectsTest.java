package org.interlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.interlock.internal.ObjectInfo;
import org.interlock.testing.SharedMemory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Objects that an earlier version left in shared memory work in this one, for all versions of one
 * major number: {@code src/test/resources/stored} holds a file of each kind per version and
 * platform, as it was found in {@code /dev/shm}, with what a killed process had in it.
 *
 * <p>A file is of one pid namespace and one name, so in the recorded ones these two are made this
 * test's; everything else stays. Nobody has a slot in them, and no living thread a mutex: as after
 * a kill of everybody.
 *
 * <p>A release records its own, as {@code -Dinterlock.record.stored=0.1} does (which never touches
 * those of earlier versions); they are never changed afterwards.
 */
class StoredObjectsTest {
  private static final Path RECORDS = Path.of("src", "test", "resources", "stored");
  private static final String MAJOR = "0";
  private static final String RECORD = System.getProperty("interlock.record.stored", "");
  private static final int PID_NAMESPACE = 56; // offsets in the header of an object
  private static final int NAME = 160;
  private static final int NAME_SIZE = 208;
  private static final int CHUNK = 4096;

  @RegisterExtension final SharedMemory memory = new SharedMemory();

  static Stream<Path> records() throws IOException {
    try (Stream<Path> files = Files.walk(RECORDS)) {
      return files.filter(file -> file.toString().endsWith(".gz")).sorted().toList().stream();
    }
  }

  /** Of this machine's platform; another one's layout is another. */
  private static boolean isOfThisPlatform(Path record) {
    return record.getParent().getFileName().toString().equals(platform());
  }

  private static String platform() {
    return ObjectInfo.ofThisProcess().platform();
  }

  private static StoredObject kindOf(Path record) {
    String file = record.getFileName().toString();
    return StoredObject.valueOf(file.substring(0, file.length() - ".gz".length()));
  }

  @TestFactory
  Stream<DynamicTest> attachAndWork() throws IOException {
    List<Path> ours =
        records()
            .filter(record -> RECORDS.relativize(record).toString().startsWith(MAJOR + "."))
            .filter(StoredObjectsTest::isOfThisPlatform)
            .toList();
    assumeTrue(platform().equals("linux-x86-64-glibc") || !ours.isEmpty(), "none of " + platform());
    assertThat(ours.stream().map(StoredObjectsTest::kindOf)).contains(StoredObject.values());
    return ours.stream()
        .map(
            record ->
                dynamicTest(RECORDS.relativize(record).toString(), () -> attachAndCheck(record)));
  }

  private void attachAndCheck(Path record) throws Exception {
    StoredObject kind = kindOf(record);
    String name = memory.name();
    Path file = kind.file(name);
    restore(record, file);
    if (kind.hasHeader()) {
      adoptHere(file, name);
    }
    kind.check(name);
  }

  private static void adoptHere(Path file, String name) throws IOException {
    ByteBuffer namespace = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    namespace.putLong(0, ObjectInfo.ofThisProcess().pidNamespace());
    byte[] text = Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), NAME_SIZE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(namespace, PID_NAMESPACE);
      channel.write(ByteBuffer.wrap(text), NAME);
    }
  }

  /** Zero pages stay holes, as they were. */
  private static void restore(Path record, Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(record), CHUNK);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long position = 0;
      for (byte[] page = in.readNBytes(CHUNK); page.length > 0; page = in.readNBytes(CHUNK)) {
        if (!isZero(page) || page.length < CHUNK) {
          channel.write(ByteBuffer.wrap(page), position);
        }
        position += page.length;
      }
      if (channel.size() < position) {
        channel.write(ByteBuffer.allocate(1), position - 1);
      }
    }
  }

  private static boolean isZero(byte[] page) {
    for (byte value : page) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  @Test
  void areRecordedWhenAskedFor() throws Exception {
    assumeTrue(!RECORD.isEmpty(), "-Dinterlock.record.stored is not set");
    Path directory = Files.createDirectories(RECORDS.resolve(RECORD).resolve(platform()));
    for (StoredObject kind : StoredObject.values()) {
      String name = memory.name();
      StoredObject.leaveAndDie(kind, name);
      try (OutputStream out =
          new GZIPOutputStream(
              Files.newOutputStream(
                  directory.resolve(kind + ".gz"), StandardOpenOption.CREATE_NEW))) {
        Files.copy(kind.file(name), out);
      }
    }
  }
}
