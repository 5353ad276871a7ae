package org.interlock.bench.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What all rounds of one contender gave. */
public final class Figures {
  private final String contender;
  private final List<Sample> samples = new ArrayList<>();
  private @Nullable String missing;
  private @Nullable String failure;

  public Figures(String contender) {
    this.contender = contender;
  }

  public String contender() {
    return contender;
  }

  public void add(Sample sample) {
    samples.add(sample);
  }

  /** This machine does not have it. */
  public void missing(String reason) {
    missing = reason;
  }

  /** It went wrong: none of its figures counts. */
  public void failed(String reason) {
    failure = reason;
    samples.clear();
  }

  public @Nullable String missing() {
    return missing;
  }

  public @Nullable String failure() {
    return failure;
  }

  public boolean isThere() {
    return !samples.isEmpty();
  }

  /** The values of the rounds in order, or those of a fact. */
  public double[] values(@Nullable String fact) {
    return samples.stream()
        .mapToDouble(
            sample -> fact == null ? sample.value() : sample.facts().getOrDefault(fact, Double.NaN))
        .toArray();
  }

  public double median() {
    return Statistics.median(values(null));
  }

  /** How far the rounds lie apart: (largest − smallest) / median. */
  public double spread() {
    return Statistics.spread(values(null));
  }

  /** The medians of the further figures. */
  public Map<String, Double> facts() {
    TreeSet<String> names = new TreeSet<>();
    samples.forEach(sample -> names.addAll(sample.facts().keySet()));
    Map<String, Double> medians = new LinkedHashMap<>();
    names.forEach(name -> medians.put(name, Statistics.median(values(name))));
    return medians;
  }

  /** The latencies of all rounds, null if none were taken. */
  public @Nullable Histogram latencies() {
    Histogram all = null;
    for (Sample sample : samples) {
      if (sample.latencies() != null) {
        if (all == null) {
          all = new Histogram(sample.latencies().getNumberOfSignificantValueDigits());
        }
        all.add(sample.latencies());
      }
    }
    return all;
  }
}
