package org.sotdl4j.app.verify;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.zoo.PositionResizing;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import tools.jackson.databind.JsonNode;

/** Positions resized to other picture sizes: the recipe {@code resize_positions}. */
final class ResizedPositions {

  private static final Pattern INPUT =
      Pattern.compile("([\\d.]+)\\*r\\(\"([^\"]+)\"\\) \\[([\\d,]+)]");

  private ResizedPositions() {}

  /**
   * Compares all cases, whose inputs follow a formula, with the stored results.
   *
   * @param file {@code resize_positions.json}
   */
  static void compare(Check check, Path file, JsonNode fixture) {
    var formula = new Formula(fixture.has("seed") ? fixture.get("seed").asString() : "");
    try (TensorFile golden = TensorFile.open(file.resolveSibling("resize_positions.safetensors"))) {
      INDArray input = null;
      for (Map.Entry<String, JsonNode> entry : fixture.get("cases").properties()) {
        String text = entry.getValue().get("input").asString();
        input = text.equals("as above") ? input : input(formula, text).castTo(DataType.DOUBLE);
        INDArray expected = golden.read(entry.getKey());
        INDArray actual = resized(entry.getValue().get("kind").asString(), input, expected.shape());
        check.array(entry.getKey(), actual, expected, 1e-6);
      }
    }
  }

  /** As {@code 0.2*r("pos.vit") [1,50,8]}. */
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
