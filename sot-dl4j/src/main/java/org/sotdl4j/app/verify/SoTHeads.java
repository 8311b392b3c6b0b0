package org.sotdl4j.app.verify;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sotdl4j.layers.ClassTokenHead;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.EPn;
import org.sotdl4j.layers.GlobalAveragePooling;
import org.sotdl4j.layers.GlobalCovariancePooling;
import org.sotdl4j.layers.MatrixNorm;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.NoNorm;
import org.sotdl4j.layers.RowNorm;
import org.sotdl4j.layers.ScaleNorm;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.layers.TokenPooling;
import tools.jackson.databind.JsonNode;

/** The heads of SoT by the official configurations, of layers and of models. */
final class SoTHeads {

  private static final Pattern SVPN = Pattern.compile("svPN sv(\\d+) it(\\d+) a([\\d.]+)");

  private SoTHeads() {}

  /** SoT's head; without a {@code type} it is the released models'. */
  static ClassificationHead of(JsonNode config, int dim) {
    return switch (type(config)) {
      case "None" -> new ClassTokenHead(dim, 0);
      case "fc" -> new ClassTokenHead(dim, 1280);
      default -> new Classifier(dim, pooling(config, dim), fusion(config));
    };
  }

  private static String type(JsonNode config) {
    return config.has("type") ? config.get("type").asString("None") : "MGCrP";
  }

  private static Classifier.Fusion fusion(JsonNode config) {
    String name = config.path("fusion").asString("sum_fc");
    return switch (name) {
      case "sum_fc" -> Classifier.Fusion.SUM_FC;
      case "concat" -> Classifier.Fusion.CONCAT;
      case "aggre_all" -> Classifier.Fusion.AGGREGATE_ALL;
      case "sum_loss" -> Classifier.Fusion.SUM_LOSS;
      default -> throw new NotThereYet("The fusion " + name);
    };
  }

  static TokenPooling pooling(JsonNode config, int dim) {
    String type = type(config);
    return switch (type) {
      case "GAP" -> new GlobalAveragePooling(dim);
      case "GCP" ->
          GlobalCovariancePooling.comparable(dim, poolHeads(config), config.get("qkv_dim").asInt());
      case "MGCrP" -> multiHead(config, dim);
      default -> throw new NotThereYet("The representation " + type);
    };
  }

  /** A model's configuration has the attention's heads too. */
  private static int poolHeads(JsonNode config) {
    return config.get(config.has("pool_heads") ? "pool_heads" : "num_heads").asInt();
  }

  static MultiHeadPooling multiHead(JsonNode config, int dim) {
    int wrDim = config.get("wr_dim").asInt();
    // A model's qkv_bias is its attention's.
    boolean bias = !config.has("pool_heads") && config.path("qkv_bias").asBoolean(false);
    return new MultiHeadPooling(dim, poolHeads(config), wrDim, bias, norm(config, wrDim), 0);
  }

  private static MatrixNorm norm(JsonNode config, int wrDim) {
    JsonNode norm = config.path("normalization");
    if (norm.isString()) {
      return named(norm.asString(), wrDim);
    }
    if (norm.has("type") && !norm.get("type").asString("None").equals("svPN")) {
      return named(norm.get("type").asString("None"), wrDim);
    }
    if (config.has("norm")) {
      return named(config.get("norm").asString(), wrDim);
    }
    JsonNode svPn = config.has("svPN") ? config.get("svPN") : config;
    return svPn(norm.has("type") ? norm : svPn, wrDim);
  }

  /** The normalisation that a case names in short, as {@code svPN sv1 it1 a.5} or {@code ePN}. */
  private static MatrixNorm named(String name, int wrDim) {
    Matcher svPn = SVPN.matcher(name);
    if (svPn.matches()) {
      return new SvPn(
          Double.parseDouble(svPn.group(3)),
          Integer.parseInt(svPn.group(2)),
          Integer.parseInt(svPn.group(1)),
          wrDim,
          true);
    }
    return switch (name) {
      case "svPN" -> SvPn.standard(wrDim);
      case "ePN" -> new EPn();
      case "sqrt_d" -> new ScaleNorm(Math.pow(wrDim, -0.5), false);
      case "sqrt_t" -> new ScaleNorm(Math.pow(wrDim, -0.5), true);
      case "LN" -> new RowNorm(wrDim);
      case "None" -> new NoNorm();
      default -> throw new NotThereYet("The normalisation " + name);
    };
  }

  /**
   * svPN with its official defaults.
   *
   * @param width d
   */
  static SvPn svPn(JsonNode config, int width) {
    return new SvPn(
        config.path("alpha").asDouble(0.5),
        config.path("iterNum").asInt(1),
        config.path("svNum").isNull() ? 0 : config.path("svNum").asInt(1),
        width,
        config.path("init_weight").asString("learn").equals("learn"));
  }
}
