package org.sotdl4j.app;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.sotdl4j.engine.Roof;
import org.sotdl4j.engine.StepTime;

/** The table of {@code sot bench --profile}. */
final class ProfileTable {

  private ProfileTable() {}

  /**
   * Prints what the kinds of steps of a pass took, the slowest first.
   *
   * @param name whose pass it is
   */
  static void print(String name, List<StepTime> steps, Roof roof, PrintWriter out) {
    double total = steps.stream().mapToLong(StepTime::nanoseconds).sum();
    Map<String, List<StepTime>> kinds =
        steps.stream().collect(Collectors.groupingBy(StepTime::name));
    kinds.values().stream()
        .sorted(Comparator.comparingLong(ProfileTable::sum).reversed())
        .limit(25)
        .forEach(kind -> {
          StepTime slowest =
              kind.stream().max(Comparator.comparingLong(StepTime::nanoseconds)).orElseThrow();
          out.printf(
              Locale.ROOT,
              "  %-20s %4d steps %9.2f ms %5.1f %%  %s  slowest %.2f ms: %s%n",
              kind.getFirst().name(),
              kind.size(),
              sum(kind) / 1e6,
              100 * sum(kind) / total,
              speed(kind, roof),
              slowest.nanoseconds() / 1e6,
              slowest.shapes());
        });
    out.printf(
        Locale.ROOT,
        "  %s: %d steps, %.1f ms; the roof is %.0f GFLOP/s (products in the cache) and %.0f GB/s (copies in memory)%n",
        name,
        steps.size(),
        total / 1e6,
        roof.gigaflops(),
        roof.gigabytes());
  }

  /** How fast some steps are, and which share of the machine's speed that is. */
  private static String speed(List<StepTime> steps, Roof roof) {
    long work = steps.stream().mapToLong(StepTime::work).sum();
    double amount = work > 0 ? work : steps.stream().mapToLong(StepTime::bytes).sum();
    double perSecond = amount / sum(steps); // in 1e9
    return "%6.1f %-7s %3.0f %% of the roof"
        .formatted(
            perSecond,
            work > 0 ? "GFLOP/s" : "GB/s",
            100 * perSecond / (work > 0 ? roof.gigaflops() : roof.gigabytes()));
  }

  private static long sum(List<StepTime> steps) {
    return steps.stream().mapToLong(StepTime::nanoseconds).sum();
  }
}
