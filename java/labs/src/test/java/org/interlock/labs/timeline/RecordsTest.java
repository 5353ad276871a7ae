package org.interlock.labs.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.interlock.labs.timeline.Picture.Arrow;
import org.interlock.labs.timeline.Picture.Bar;
import org.interlock.labs.timeline.Picture.End;
import org.interlock.labs.timeline.Picture.Kind;
import org.interlock.labs.timeline.Picture.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From lines to a picture. Columns are written with a blank where the files have a tab, blanks as
 * _.
 */
class RecordsTest {
  @TempDir Path directory;

  private Picture picture() throws IOException {
    return Records.picture(Entry.readAll(directory));
  }

  private void process(long pid, String... lines) throws IOException {
    write(pid, String.join("\n", lines).replace(' ', '\t').replace('_', ' ') + "\n");
  }

  private void write(long pid, String text) throws IOException {
    Files.writeString(
        directory.resolve(pid + ".txt"),
        text,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static List<Bar> bars(Row row, Kind kind) {
    return row.bars().stream().filter(bar -> bar.kind() == kind).toList();
  }

  @Test
  void aLockIsWaitedForAndThenHeldUntilItIsGivenBack() throws Exception {
    process(
        7,
        "1000 1 process   main 0",
        "1010 1 begin ProcessLock lock ~a ",
        "1020 1 end ProcessLock lock ~a ",
        "1050 1 begin ProcessLock unlock ~a ",
        "1060 1 end ProcessLock unlock ~a ",
        "1070 1 exit    ");
    Row row = picture().rows().get(0);
    assertThat(row.bars())
        .extracting(Bar::kind, Bar::from, Bar::to, Bar::what)
        .containsExactlyInAnyOrder(
            tuple(Kind.WAITING, 10L, 20L, "ProcessLock.lock()"),
            tuple(Kind.HOLDING, 20L, 50L, "ProcessLock"));
    assertThat(row.end()).isEqualTo(End.ENDED);
    assertThat(row.to()).isEqualTo(70);
  }

  @Test
  void aLockIsNotHeldByWhoAwaitsItsCondition() throws Exception {
    process(
        7,
        "0 1 process   main 0",
        "10 1 end ProcessLock lock ~a ",
        "20 1 begin LockCondition await #1 ",
        "40 1 end LockCondition await #1 ",
        "50 1 begin ProcessLock unlock ~a ");
    assertThat(bars(picture().rows().get(0), Kind.HOLDING))
        .extracting(Bar::from, Bar::to)
        .containsExactly(tuple(10L, 20L), tuple(40L, 50L));
  }

  @Test
  void aTryThatFailedHoldsNothing() throws Exception {
    process(
        7,
        "0 1 process   main 0",
        "10 1 begin ProcessLock tryLock ~a ",
        "20 1 end ProcessLock tryLock ~a false",
        "30 1 begin PermitPool tryAcquire ~p ",
        "40 1 end PermitPool tryAcquire ~p ",
        "50 1 begin ProcessSemaphore acquire ~s ",
        "60 1 end ProcessSemaphore acquire ~s !InterruptedException");
    assertThat(bars(picture().rows().get(0), Kind.HOLDING)).isEmpty();
  }

  @Test
  void anItemIsAnArrowFromItsPutToItsTake() throws Exception {
    process(
        7,
        "0 1 process   main 0",
        "10 1 begin ProcessQueue put ~q bun",
        "11 1 end ProcessQueue put ~q ",
        "20 1 begin ProcessQueue put ~q bun",
        "21 1 end ProcessQueue put ~q ",
        "30 1 begin ProcessQueue put ~other bun",
        "31 1 end ProcessQueue put ~other ");
    process(
        8,
        "5 1 process daemon  Process-1 7",
        "6 1 begin ProcessQueue take ~q ",
        "40 1 end ProcessQueue take ~q bun",
        "41 1 begin ProcessQueue take ~q ",
        "42 1 end ProcessQueue take ~q bun");
    assertThat(picture().arrows())
        .extracting(Arrow::fromRow, Arrow::from, Arrow::toRow, Arrow::to)
        .containsExactlyInAnyOrder(tuple(0, 10L, 1, 40L), tuple(0, 20L, 1, 42L));
    assertThat(picture().rows()).extracting(Row::daemon).containsExactly(false, true);
  }

  @Test
  void whatIsSentAtOneEndOfAPipeIsReceivedAtTheOther() throws Exception {
    process(
        7,
        "0 1 process   main 0",
        "10 1 begin ProcessPipe send ~p_left bun",
        "11 1 end ProcessPipe send ~p_left ",
        "30 1 begin ProcessPipe receive ~p_left ",
        "50 1 end ProcessPipe receive ~p_left bun");
    process(
        8,
        "5 1 process   Process-1 7",
        "6 1 begin ProcessPipe receive ~p_right ",
        "20 1 end ProcessPipe receive ~p_right bun",
        "40 1 begin ProcessPipe send ~p_right bun",
        "41 1 end ProcessPipe send ~p_right ");
    assertThat(picture().arrows())
        .extracting(Arrow::fromRow, Arrow::from, Arrow::toRow, Arrow::to)
        .containsExactlyInAnyOrder(tuple(0, 10L, 1, 20L), tuple(1, 40L, 0, 50L));
    assertThat(bars(picture().rows().get(1), Kind.WAITING))
        .extracting(Bar::what)
        .containsExactly("ProcessPipe right.receive()", "ProcessPipe right.send(bun)");
  }

  @Test
  void whatAKilledProcessHeldIsCutShortAndComesAgain() throws Exception {
    process(
        7,
        "0 1 process   main 0",
        "10 1 begin JoinableQueue put ~q bun",
        "11 1 end JoinableQueue put ~q ",
        "50 1 begin ChildProcess kill 8 ",
        "51 1 end ChildProcess kill 8 ",
        "70 1 exit    ");
    process(
        8,
        "5 1 process   Process-1 7",
        "6 1 begin JoinableQueue receive ~q ",
        "20 1 end JoinableQueue receive ~q #1_bun",
        "30 1 begin Lesson pause #2 ");
    write(8, "40\t1\tbeg"); // it was killed in the middle of a line
    process(
        9,
        "5 1 process   Process-2 7",
        "61 1 begin JoinableQueue receive ~q ",
        "62 1 end JoinableQueue receive ~q #3_bun",
        "65 1 begin Received done #3 ");
    Picture picture = picture();
    Row killed = picture.rows().get(1);
    assertThat(killed.end()).isEqualTo(End.KILLED);
    assertThat(killed.to()).isEqualTo(50);
    assertThat(killed.bars())
        .filteredOn(Bar::cutShort)
        .extracting(Bar::kind, Bar::from, Bar::to)
        .containsExactlyInAnyOrder(tuple(Kind.WORKING, 30L, 50L), tuple(Kind.HOLDING, 20L, 50L));
    assertThat(bars(picture.rows().get(2), Kind.HOLDING))
        .extracting(Bar::from, Bar::to, Bar::what)
        .containsExactly(tuple(62L, 65L, "JoinableQueue: bun"));
    assertThat(picture.arrows())
        .extracting(Arrow::from, Arrow::toRow)
        .containsExactlyInAnyOrder(tuple(10L, 1), tuple(10L, 2));
  }

  @Test
  void anotherLineThanThoseThatAreWrittenIsAnError() throws Exception {
    write(7, "what is this\n");
    assertThatThrownBy(this::picture)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("what is this");
  }

  @Test
  void anAxisHasAtMostSoManySteps() {
    assertThat(Ticks.step(95, 10)).isEqualTo(10);
    assertThat(Ticks.step(110, 10)).isEqualTo(20);
    assertThat(Ticks.step(3_100_000_000L, 10)).isEqualTo(500_000_000L);
    assertThat(Ticks.label(1_500_000_000L, 500_000_000L)).isEqualTo("1.5 s");
    assertThat(Ticks.time(1_234_000)).isEqualTo("1.234 ms");
  }
}
