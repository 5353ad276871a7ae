package org.interlock.bench.harness;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that is driven line by line, as native/bench/orders.h says. */
public final class ProgramParty implements Party {
  private static final int FIXED = 4;

  private final String name;
  private final Process process;
  private final BufferedWriter orders;
  private final BufferedReader outcomes;

  private ProgramParty(List<String> command) throws IOException {
    name = String.join(" ", command);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    orders = process.outputWriter();
    outcomes = process.inputReader();
  }

  public static ProgramParty start(List<String> command) throws IOException {
    return new ProgramParty(command);
  }

  @Override
  public void order(Order order) throws IOException {
    orders.write(order.amount() + " " + order.start() + "\n");
    orders.flush();
  }

  @Override
  public Outcome outcome() throws IOException, InterruptedException {
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return String.valueOf(outcomes.readLine());
              } catch (IOException e) {
                return e.toString();
              }
            });
    try {
      return parse(line.get(2, TimeUnit.MINUTES));
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IOException(name + " does not answer", e);
    } catch (NumberFormatException e) {
      throw new IOException(name + " ended", e);
    }
  }

  static Outcome parse(String line) {
    long[] numbers = Arrays.stream(line.strip().split(" +")).mapToLong(Long::parseLong).toArray();
    if (numbers.length < FIXED) {
      throw new NumberFormatException(line);
    }
    return new Outcome(
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        Arrays.copyOfRange(numbers, FIXED, numbers.length),
        null);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    orders.close();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
