package org.interlock.bench.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.interlock.bench.harness.Contender;
import org.interlock.bench.harness.Figures;
import org.interlock.bench.harness.Result;
import org.interlock.bench.harness.Row;
import org.interlock.bench.harness.Scale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowsTest {
  static List<Scale> scales() {
    return List.of(Scale.FULL, Scale.QUICK);
  }

  @ParameterizedTest
  @MethodSource("scales")
  void eachRowHasANameOfItsOwn(Scale scale) {
    assertThat(Rows.all(scale)).extracting(Row::name).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("scales")
  void eachRowHasABarAndItsBarsNameContendersThatItHas(Scale scale) {
    for (Row row : Rows.all(scale)) {
      List<Figures> figures =
          row.contenders().stream().map(Contender::name).map(Figures::new).toList();

      assertThat(figures).extracting(Figures::contender).doesNotHaveDuplicates();
      assertThat(new Result(row, figures).verdicts()).isNotEmpty();
    }
  }
}
