package org.sotdl4j.app.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sotdl4j.app.train.Schedule;
import org.sotdl4j.app.train.ScheduleConfig;
import tools.jackson.databind.JsonNode;

/** Learning rates of whole trainings, and their length. */
final class ScheduleRecipe {

  /** Relative to the highest rate. */
  private static final double TOLERANCE = 1e-9;

  private ScheduleRecipe() {}

  static void compare(Check check, JsonNode fixture) {
    for (JsonNode golden : fixture.get("cases")) {
      compareCase(check, golden);
    }
  }

  private static void compareCase(Check check, JsonNode golden) {
    String name = golden.get("name").asString();
    JsonNode args = golden.get("args");
    int epochs = args.get("epochs").asInt();
    int updates = args.path("updates").asInt(1);
    ScheduleConfig config = config(args, golden.get("unit").asString().equals("update"));
    Schedule schedule = config.schedule(epochs, updates, 0);
    check.equal(
        name + " epochs", config.totalEpochs(epochs, updates), golden.get("total_epochs").asInt());
    JsonNode rates = golden.get("lr");
    for (int i = 0; i < rates.size(); i++) {
      double error = Math.abs(schedule.at(i, List.of()) - rates.get(i).asDouble());
      check.number("%s, %d".formatted(name, i), error / config.rate(), TOLERANCE);
    }
  }

  /** What is not given is timm's default. */
  private static ScheduleConfig config(JsonNode args, boolean onUpdates) {
    List<Integer> milestones = new ArrayList<>();
    args.path("decay_milestones").forEach(milestone -> milestones.add(milestone.asInt()));
    return new ScheduleConfig(
        ScheduleConfig.Kind.valueOf(args.get("sched").asString().toUpperCase(Locale.ROOT)),
        args.get("lr").asDouble(),
        args.path("min_lr").asDouble(0),
        args.path("warmup_lr").asDouble(1e-5),
        args.path("warmup_epochs").asInt(0),
        args.path("warmup_prefix").asBoolean(false),
        args.path("cooldown_epochs").asInt(0),
        onUpdates,
        args.path("cycle_mul").asDouble(1),
        args.path("cycle_decay").asDouble(0.5),
        args.path("cycle_limit").asInt(1),
        args.path("k_decay").asDouble(1),
        args.path("decay_epochs").asDouble(90),
        milestones.isEmpty() ? List.of(90, 180, 270) : milestones,
        args.path("decay_rate").asDouble(0.1),
        args.path("patience_epochs").asInt(10),
        List.of(),
        0.67,
        1);
  }
}
