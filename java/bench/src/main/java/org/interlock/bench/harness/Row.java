package org.interlock.bench.harness;

import java.util.List;

/**
 * One line of figures: contenders that do the same work, measured in turns, and the bars.
 *
 * @param bench what it belongs to: the name of a line of the table of bars
 * @param name its own
 * @param title what is done
 * @param unit of the figures
 */
public record Row(
    String bench,
    String name,
    String title,
    Unit unit,
    List<Contender> contenders,
    List<Bar> bars) {}
