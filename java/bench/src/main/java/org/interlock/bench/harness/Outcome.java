package org.interlock.bench.harness;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a party did.
 *
 * @param start when it began, on the monotonic clock that all processes share
 * @param end when it had done it
 * @param extras whatever else there is to tell: shares, or latencies
 * @param histogram latencies in nanoseconds, encoded
 */
@SuppressWarnings("ArrayRecordComponent") // it only travels
public record Outcome(
    long start,
    long end,
    long operations,
    long checksum,
    long[] extras,
    byte @Nullable [] histogram)
    implements Serializable {
  private static final int DIGITS = 3;

  public static Outcome of(long start, long operations, long checksum) {
    return new Outcome(start, System.nanoTime(), operations, checksum, new long[0], null);
  }

  public Outcome with(Histogram latencies) {
    ByteBuffer bytes = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
    int length = latencies.encodeIntoCompressedByteBuffer(bytes);
    return new Outcome(
        start, end, operations, checksum, extras, Arrays.copyOf(bytes.array(), length));
  }

  public static Histogram newHistogram() {
    return new Histogram(DIGITS);
  }

  /** The latencies: decoded, or made of the extras. */
  public Histogram latencies() {
    if (histogram != null) {
      try {
        return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(histogram), 0);
      } catch (DataFormatException e) {
        throw new IllegalStateException(e);
      }
    }
    Histogram made = newHistogram();
    for (long latency : extras) {
      made.recordValue(latency);
    }
    return made;
  }
}
