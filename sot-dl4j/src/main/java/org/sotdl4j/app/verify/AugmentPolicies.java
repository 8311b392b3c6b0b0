package org.sotdl4j.app.verify;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.datasets.Transform;
import org.sotdl4j.datasets.augment.AugmentOp;
import org.sotdl4j.datasets.augment.AugmentPolicy;
import org.sotdl4j.datasets.augment.AugmentSettings;
import org.sotdl4j.datasets.augment.Operation;
import org.sotdl4j.datasets.augment.RandAugment;
import tools.jackson.databind.JsonNode;

/** The arguments of the augmentation's operations, and what timm's descriptions stand for. */
final class AugmentPolicies {

  private static final double TOLERANCE = 1e-12;

  /** timm's for a translation by 100 pixels at most. */
  private static final AugmentSettings SETTINGS =
      new AugmentSettings(100, 0.45, 0x808080, List.of(Interpolation.BICUBIC));

  private final Check check;

  private AugmentPolicies(Check check) {
    this.check = check;
  }

  static void compare(Check check, JsonNode fixture) {
    AugmentPolicies policies = new AugmentPolicies(check);
    fixture
        .get("level_to_arg")
        .properties()
        .forEach(e -> policies.arguments(e.getKey(), e.getValue()));
    fixture.get("policies").properties().forEach(e -> policies.policy(e.getKey(), e.getValue()));
  }

  private void arguments(String name, JsonNode golden) {
    Optional<Operation> operation = Operation.named(name);
    if (operation.isEmpty()) {
      check.fail("there is no operation " + name);
      return;
    }
    check.equal(name + " has an argument", operation.get().hasArgument(), !golden.isNull());
    for (int magnitude = 0; magnitude < golden.size(); magnitude++) {
      check.absolute(
          name + " at " + magnitude,
          operation.get().argument(magnitude, SETTINGS, new Fixed()),
          golden.get(magnitude).get(0).asDouble(),
          TOLERANCE);
    }
  }

  /** The draw that the fixture was made with. */
  private static final class Fixed implements RandomGenerator {
    @Override
    public long nextLong() {
      throw new UnsupportedOperationException("only nextDouble is fixed");
    }

    @Override
    public double nextDouble() {
      return 0.9;
    }
  }

  private void policy(String description, JsonNode golden) {
    Transform transform;
    try {
      transform = AugmentPolicy.parse(description, SETTINGS);
    } catch (IllegalArgumentException e) {
      check.fail(e.getMessage());
      return;
    }
    if (!(transform instanceof RandAugment random)) {
      throw new NotThereYet("The comparison of " + description);
    }
    check.equal(
        description + " operations a picture", random.layers(), golden.get("num_layers").asInt());
    weights(description, random.weights(), golden.get("choice_weights"));
    ops(description, random.ops(), golden.get("ops"));
  }

  private void weights(String description, List<Double> weights, JsonNode golden) {
    check.equal(description + " weights", weights.size(), golden.size());
    for (int i = 0; i < Math.min(weights.size(), golden.size()); i++) {
      check.absolute(
          description + " weight " + i, weights.get(i), golden.get(i).asDouble(), TOLERANCE);
    }
  }

  private void ops(String description, List<AugmentOp> ops, JsonNode golden) {
    check.equal(description + " operations", ops.size(), golden.size());
    for (int i = 0; i < Math.min(ops.size(), golden.size()); i++) {
      AugmentOp op = ops.get(i);
      JsonNode expected = golden.get(i);
      String name = description + " " + op.operation().timmName();
      check.equal(
          description + " operation " + i,
          op.operation().timmName(),
          expected.get("name").asString());
      check.absolute(
          name + " probability", op.probability(), expected.get("prob").asDouble(), TOLERANCE);
      check.absolute(
          name + " magnitude", op.magnitude(), expected.get("magnitude").asDouble(), TOLERANCE);
      check.absolute(
          name + " deviation",
          op.magnitudeStd(),
          expected.get("magnitude_std").asDouble(),
          TOLERANCE);
      check.absolute(
          name + " largest magnitude",
          op.magnitudeMax(),
          expected.path("magnitude_max").asDouble(0),
          TOLERANCE);
    }
  }
}
