package org.sotdl4j.app.verify;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.zoo.PositionResizing;
import org.sotdl4j.zoo.Safetensors;
import tools.jackson.databind.JsonNode;

/**
 * Positions resized to other picture sizes: {@code recipes/resize_positions.json} says from what,
 * {@code recipes/resize_positions.safetensors} holds the results.
 */
final class ResizePositionsCase {

  private static final Pattern INPUT =
      Pattern.compile("([\\d.]+)\\*r\\(\"([^\"]+)\"\\) \\[([\\d,]+)]");

  private ResizePositionsCase() {}

  static Outcome run(Path folder, JsonNode fixture, DataType type) {
    Check check = new Check();
    var formula = new Formula(fixture.has("seed") ? fixture.get("seed").asString() : "");
    try (Safetensors golden = Safetensors.open(folder.resolve("resize_positions.safetensors"))) {
      INDArray input = null;
      for (Map.Entry<String, JsonNode> entry : fixture.get("cases").properties()) {
        String text = entry.getValue().get("input").asString();
        input = text.equals("as above") ? input : input(formula, text).castTo(type);
        INDArray expected = golden.read(entry.getKey());
        INDArray actual = resized(entry.getValue().get("kind").asString(), input, expected.shape());
        check.array(entry.getKey(), actual, expected, type == DataType.DOUBLE ? 1e-6 : 1e-5);
      }
    }
    return check.outcome("recipes/resize_positions");
  }

  private static INDArray input(Formula formula, String text) {
    Matcher parts = INPUT.matcher(text);
    if (!parts.matches()) {
      throw new NotThereYet("The input " + text);
    }
    long[] shape = Stream.of(parts.group(3).split(",", -1)).mapToLong(Long::parseLong).toArray();
    return formula.array(parts.group(2), 0, Double.parseDouble(parts.group(1)), shape);
  }

  private static INDArray resized(String kind, INDArray input, long[] shape) {
    return switch (kind) {
      case "absolute", "map, bicubic antialiased" ->
          PositionResizing.resize("pos_embed", input, shape);
      case "relative bias table, simple bicubic" -> PositionResizing.bicubicTable(input, shape);
      case "relative bias table, geometric (timm default)" ->
          PositionResizing.resize("relative_position_bias_table", input, shape);
      default -> throw new NotThereYet("Resizing positions, " + kind + ",");
    };
  }
}
