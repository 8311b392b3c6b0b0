package org.sotdl4j.app.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sotdl4j.app.verify.Layers.Built;
import org.sotdl4j.layers.ClassTokenHead;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.DenseNetTokens;
import org.sotdl4j.layers.NonLocalTokens;
import org.sotdl4j.layers.NormalizedPooling;
import org.sotdl4j.layers.ReducedCovariance;
import org.sotdl4j.layers.ResNetTokens;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.layers.TokenStyle;
import org.sotdl4j.layers.Transposed;
import org.sotdl4j.layers.VectorisedNorm;
import tools.jackson.databind.JsonNode;

/** The layers of So-ViT, SoT's older tree, by the official constructors. */
final class SoViTLayers {

  private SoViTLayers() {}

  /**
   * The layer of a case.
   *
   * @throws NotThereYet if the project has no such layer
   */
  static Built of(JsonNode fixture, Constructor call) {
    return switch (call.name().split(" ", 2)[0]) {
      case "Classifier" ->
          SoTLayers.head(head(fixture), shape(fixture, "cls_fc.weight").get(0).asInt());
      case "Covariance" -> covariance(call);
      case "svPN" -> svPn(call);
      case "visualTokens" ->
          SoTLayers.embedding(
              tokens(
                  fixture.get("config").get("type").asString(),
                  (int) call.real(-1, "token_dim", 64)),
              fixture);
      // The rest is as in SoT.
      default -> SoTLayers.of(fixture, call);
    };
  }

  /** So-ViT's way to make tokens; its Inception does not run. */
  static TokenStyle tokens(String type, int tokenDim) {
    return switch (type) {
      case "DenseNet" -> DenseNetTokens.soViT(tokenDim);
      case "Non-local" -> new NonLocalTokens(tokenDim);
      case "ResNet" -> new ResNetTokens(tokenDim);
      default -> throw new NotThereYet("The token embedding " + type);
    };
  }

  private static Built svPn(Constructor call) {
    SvPn norm =
        new SvPn(
            call.real(0, "alpha", 0.5),
            (int) call.real(1, "iterNum", 1),
            (int) call.real(2, "svNum", 1),
            numbers(call, 5, "input_dim").getFirst(),
            !call.argument(3, "init_weight").equals(Optional.of("one")));
    return SoTLayers.vector(new Transposed(norm), call.argument(4, "vec").orElse("full"));
  }

  private static Built covariance(Constructor call) {
    var covariance =
        new ReducedCovariance(
            call.integer(3, "input_dim"),
            sides(
                call.argument(0, "cov_type").orElse("norm"),
                numbers(call, 2, "dimension_reduction")),
            call.flag(1, "remove_mean", true));
    return Layers.one((s, x) -> covariance.apply(s, SoTLayers.tokens(s, x)));
  }

  /** The numbers of a list such as {@code [12,8]}; none for None. */
  private static List<Integer> numbers(Constructor call, int position, String keyword) {
    return Arrays.stream(call.argument(position, keyword).orElse("").split("\\D+"))
        .filter(digits -> !digits.isEmpty())
        .map(Integer::valueOf)
        .toList();
  }

  /** Of the two widths, {@code norm} uses the first alone. */
  private static List<Integer> sides(String covType, List<Integer> widths) {
    return covType.equals("cross") || widths.isEmpty() ? widths : widths.subList(0, 1);
  }

  /** So-ViT's head; without a {@code type} it is the released models'. */
  static ClassificationHead head(JsonNode config, int dim) {
    String type = config.has("type") ? config.get("type").asString("None") : "second-order";
    return switch (type) {
      case "None" -> new ClassTokenHead(dim, 0);
      case "first-order" -> new Classifier(dim, NormalizedPooling.firstOrder(dim));
      case "second-order" -> {
        List<Integer> widths = new ArrayList<>();
        config.path("dimension_reduction").forEach(width -> widths.add(width.asInt()));
        var covariance =
            new ReducedCovariance(
                dim,
                sides(config.path("cov_type").asString("cross"), widths),
                config.path("remove_mean").asBoolean(true));
        yield new Classifier(
            dim, NormalizedPooling.secondOrder(covariance, norm(config, covariance)));
      }
      default -> throw new NotThereYet("The representation " + type);
    };
  }

  private static VectorisedNorm norm(JsonNode config, ReducedCovariance covariance) {
    String name = config.path("norm").asString("svPN");
    return switch (name) {
      case "MPN" -> VectorisedNorm.squareRoot(config.path("iterNum").asInt(3));
      case "svPN" ->
          new VectorisedNorm(
              new Transposed(SoTHeads.svPn(config, covariance.rows())),
              config.path("vec").asString("full").equals("triu"),
              0);
      default -> throw new NotThereYet("The normalisation " + name);
    };
  }

  /** So-ViT's head of a case that tells its kind in words and its sizes by the parameters. */
  private static ClassificationHead head(JsonNode fixture) {
    List<String> words = List.of(fixture.get("constructor").asString().split(" "));
    int dim = shape(fixture, "cls_fc.weight").get(1).asInt();
    if (!words.contains("second-order")) {
      return words.contains("first-order")
          ? new Classifier(dim, NormalizedPooling.firstOrder(dim))
          : new ClassTokenHead(dim, 0);
    }
    String reduction = "representation.conv_dr_block.";
    List<Integer> widths =
        words.contains("cross")
            ? List.of(
                shape(fixture, reduction + "0.0.weight").get(0).asInt(),
                shape(fixture, reduction + "1.0.weight").get(0).asInt())
            : List.of(shape(fixture, reduction + "0.weight").get(0).asInt());
    VectorisedNorm norm =
        words.contains("MPN")
            ? VectorisedNorm.squareRoot(3)
            : new VectorisedNorm(new Transposed(SvPn.standard(widths.getFirst())), false, 0);
    return new Classifier(
        dim, NormalizedPooling.secondOrder(new ReducedCovariance(dim, widths, true), norm));
  }

  private static JsonNode shape(JsonNode fixture, String parameter) {
    for (JsonNode entry : fixture.get("params")) {
      if (entry.get("name").asString().equals(parameter)) {
        return entry.get("shape");
      }
    }
    throw new IllegalArgumentException("The case has no parameter " + parameter);
  }
}
