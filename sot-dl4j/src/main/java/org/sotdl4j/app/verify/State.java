package org.sotdl4j.app.verify;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.nd4j.linalg.api.buffer.DataType;
import org.sotdl4j.layers.Initializer;
import org.sotdl4j.layers.Parameter;
import org.sotdl4j.layers.Parameters;
import tools.jackson.databind.JsonNode;

/**
 * The state of a case's model or layer: values by the formula, names and shapes checked against the
 * case.
 */
final class State implements Parameters.Source {

  private final Formula formula;
  private final Map<String, JsonNode> entries = new HashMap<>();
  private final JsonNode fixture;

  /**
   * @param fixture a case's JSON with {@code seed}, {@code params} and {@code buffers}
   */
  State(JsonNode fixture) {
    this.fixture = fixture;
    this.formula = new Formula(fixture.get("seed").asString());
    for (String kind : new String[] {"params", "buffers"}) {
      for (JsonNode entry : fixture.get(kind)) {
        entries.put(entry.get("name").asString(), entry);
      }
    }
  }

  /** The state with a head's parameters beside it, whose names begin with a prefix. */
  State withHead(String prefix, JsonNode parameters) {
    State both = new State(fixture);
    parameters.forEach(entry -> both.entries.put(prefix + entry.get("name").asString(), entry));
    return both;
  }

  Formula formula() {
    return formula;
  }

  Parameters parameters(DataType type) {
    return new Parameters(type, this);
  }

  @Override
  public void fill(Parameter parameter, Initializer initializer) {
    JsonNode entry = entries.get(parameter.name());
    // A name that the case lacks is reported by check(); "constant" keeps the official value, which
    // the layer knows.
    if (entry == null || entry.get("base").isNull()) {
      initializer.fill(parameter.array(), formula.random(parameter.name()));
    } else {
      parameter
          .array()
          .assign(
              formula.array(
                  parameter.name(),
                  entry.get("base").asDouble(),
                  entry.get("scale").asDouble(),
                  parameter.array().shape()));
    }
  }

  /** Compares names, shapes and roles with the case's. */
  void check(Parameters parameters, Check check) {
    Map<String, String> actual = new HashMap<>();
    for (Parameter parameter : parameters) {
      actual.put(
          parameter.name(),
          Arrays.toString(parameter.array().shape())
              + " "
              + (parameter.trainable() ? "trainable" : "not trainable"));
    }
    Map<String, String> expected = new HashMap<>();
    entries.forEach((name, entry) -> {
      boolean trainable = entry.has("trainable") && entry.get("trainable").asBoolean();
      boolean inStateDict = !entry.has("in_state_dict") || entry.get("in_state_dict").asBoolean();
      if (inStateDict) {
        expected.put(
            name,
            Arrays.toString(shape(entry)) + " " + (trainable ? "trainable" : "not trainable"));
      }
    });
    var names = new TreeSet<>(expected.keySet());
    names.addAll(actual.keySet());
    for (String name : names) {
      check.equal(
          name,
          actual.getOrDefault(name, "missing"),
          expected.getOrDefault(name, "not part of the state"));
    }
    JsonNode count = fixture.get("param_count");
    if (count != null && !count.isObject()) {
      check.equal("parameters", parameters.totalCount(), count.asLong());
    } else if (count != null) {
      check.equal(
          "trainable parameters", parameters.trainableCount(), count.get("trainable").asLong());
      check.equal("parameters", parameters.totalCount(), count.get("total").asLong());
    }
  }

  static long[] shape(JsonNode entry) {
    JsonNode dimensions = entry.get("shape");
    long[] shape = new long[dimensions.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = dimensions.get(i).asLong();
    }
    return shape;
  }
}
