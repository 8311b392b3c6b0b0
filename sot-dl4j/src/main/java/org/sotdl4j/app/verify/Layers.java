package org.sotdl4j.app.verify;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Block;
import org.sotdl4j.layers.Bottleneck;
import org.sotdl4j.layers.ClassTokenHead;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.Covariance;
import org.sotdl4j.layers.DenseBlock;
import org.sotdl4j.layers.DenseNetTokens;
import org.sotdl4j.layers.DenseTransition;
import org.sotdl4j.layers.EPn;
import org.sotdl4j.layers.GlobalAveragePooling;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.Linear;
import org.sotdl4j.layers.MatrixNorm;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.NoNorm;
import org.sotdl4j.layers.PatchEmbed;
import org.sotdl4j.layers.PatchTokens;
import org.sotdl4j.layers.ResNetTokens;
import org.sotdl4j.layers.RowNorm;
import org.sotdl4j.layers.ScaleNorm;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.SinusoidPositions;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.layers.TokenPooling;
import org.sotdl4j.layers.TokenStyle;
import tools.jackson.databind.JsonNode;

/** The layers of this project by the official constructors that cases name. */
final class Layers {

  /** A layer with any number of inputs and outputs. */
  @FunctionalInterface
  interface Built {
    List<SDVariable> apply(Scope scope, List<SDVariable> inputs);
  }

  private static final Pattern SVPN = Pattern.compile("svPN sv(\\d+) it(\\d+) a([\\d.]+)");

  private Layers() {}

  /**
   * The layer of a case.
   *
   * @throws NotThereYet if the project has no such layer
   */
  static Built of(JsonNode fixture) {
    Constructor call = Constructor.parse(fixture.get("constructor").asString());
    JsonNode config = fixture.get("config");
    String family = fixture.get("family").asString();
    return switch (family + " " + call.name()) {
      case "sot Classifier" -> classifier(config, call);
      case "sot OnlyVisualTokensClassifier" -> onlyVisual(config, call);
      case "sot MultiHeadPooling" -> one(pooling(config));
      case "sot svPN" -> flat(svPn(config));
      case "sot ePN" -> one(new EPn());
      case "sot Covariance" -> covariance(call, fixture);
      case "sot Bottleneck" ->
          one(
              new Bottleneck(
                  call.integer(0, "inplanes"),
                  call.integer(1, "planes"),
                  (int) call.real(2, "stride", 1),
                  call.flag(3, "downsample", false)));
      case "sot DenseBlock" ->
          one(
              new DenseBlock(
                  call.integer(1, "num_input_features"),
                  call.integer(0, "num_layers"),
                  call.integer(2, "bn_size"),
                  call.integer(3, "growth_rate")));
      case "sot DenseTransition" ->
          one(
              new DenseTransition(
                  call.integer(0, "num_input_features"),
                  call.integer(1, "num_output_features"),
                  !call.flag(3, "aa_layer", false)));
      case "sot ViTBlock" -> {
        int dim = call.integer(0, "dim");
        var attention =
            new MultiHeadAttention(
                dim, call.integer(1, "num_heads"), call.flag(3, "qkv_bias", false));
        yield one(new Block(attention, (int) (dim * call.real(2, "mlp_ratio", 4)), 1e-5, 0, 0));
      }
      case "sot get_sinusoid_encoding" -> {
        var table =
            SinusoidPositions.table(call.integer(0, "n_position"), call.integer(1, "d_hid"));
        yield one((s, x) -> x.add(s.constant(table)));
      }
      case "sot visualTokens" -> tokens(call, config);
      default -> family.equals("t2t") ? one(T2TLayers.of(fixture, call)) : missing(fixture);
    };
  }

  private static Built missing(JsonNode fixture) {
    throw new NotThereYet(fixture.get("constructor").asString());
  }

  private static Built one(Layer layer) {
    return (scope, inputs) -> List.of(layer.apply(scope, inputs.getFirst()));
  }

  /** svPN returns each matrix as a row. */
  private static Built flat(SvPn norm) {
    return (scope, inputs) -> {
      long[] shape = scope.shape(inputs.getFirst());
      return List.of(norm.apply(scope, inputs.getFirst()).reshape(-1, shape[1] * shape[2]));
    };
  }

  private static Built covariance(Constructor call, JsonNode fixture) {
    if (fixture.get("constructor").asString().contains("conv=True")) {
      throw new NotThereYet("Covariance(conv=True)");
    }
    var covariance = new Covariance(call.flag(0, "remove_mean", true));
    return (scope, inputs) ->
        List.of(
            inputs.size() == 1
                ? covariance.auto(scope, inputs.getFirst())
                : covariance.cross(scope, inputs.get(0), inputs.get(1)));
  }

  private static Built tokens(Constructor call, JsonNode config) {
    int imageSize = config.get("img_size").asInt();
    int dim = config.get("embed_dim").asInt();
    Layer layer =
        tokenStyle(
                config.get("type").asString(),
                imageSize,
                (int) call.real(-1, "token_dim", 64),
                config.get("large_output").asBoolean())
            .embedding(imageSize, 3, dim);
    return one(layer instanceof PatchEmbed ? (scope, x) -> scope.call("tokens", layer, x) : layer);
  }

  static TokenStyle tokenStyle(String type, int imageSize, int tokenDim, boolean largeOutput) {
    return switch (type) {
      case "DenseNet" -> new DenseNetTokens(tokenDim, largeOutput);
      case "ResNet" -> new ResNetTokens(tokenDim);
      case "Naive_linear" -> new PatchTokens(imageSize / 14);
      default -> throw new NotThereYet("The token embedding " + type);
    };
  }

  private static MultiHeadPooling pooling(JsonNode config) {
    int wrDim = config.get("wr_dim").asInt();
    JsonNode norm = config.get("normalization");
    boolean bias = config.has("qkv_bias") && config.get("qkv_bias").asBoolean();
    return new MultiHeadPooling(
        config.get("dim").asInt(),
        config.get("num_heads").asInt(),
        wrDim,
        bias,
        norm(norm, wrDim),
        0);
  }

  private static MatrixNorm norm(JsonNode config, int wrDim) {
    JsonNode type = config.get("type");
    return switch (type.isNull() ? "None" : type.asString()) {
      case "svPN" -> svPn(config);
      case "ePN" -> new EPn();
      case "sqrt_d" -> new ScaleNorm(Math.pow(wrDim, -0.5), false);
      case "sqrt_t" -> new ScaleNorm(Math.pow(wrDim, -0.5), true);
      case "LN" -> new RowNorm(wrDim);
      case "None" -> new NoNorm();
      default -> throw new NotThereYet("The normalisation " + type.asString());
    };
  }

  /** The normalisation that a classifier's case names in short, as {@code svPN sv1 it1 a.5}. */
  private static SvPn named(JsonNode norm, int wrDim) {
    if (norm == null) {
      return SvPn.standard(wrDim);
    }
    Matcher parts = SVPN.matcher(norm.asString());
    if (!parts.matches()) {
      throw new NotThereYet("The normalisation " + norm.asString());
    }
    return new SvPn(
        Double.parseDouble(parts.group(3)),
        Integer.parseInt(parts.group(2)),
        Integer.parseInt(parts.group(1)),
        wrDim,
        true);
  }

  static SvPn svPn(JsonNode config) {
    return new SvPn(
        config.has("alpha") ? config.get("alpha").asDouble() : 0.5,
        config.has("iterNum") ? config.get("iterNum").asInt() : 1,
        config.has("svNum") ? config.get("svNum").asInt() : 1,
        config.get("input_dim").asInt(),
        !config.has("init_weight") || config.get("init_weight").asString().equals("learn"));
  }

  private static Built classifier(JsonNode config, Constructor call) {
    int dim = config.get("input_dim").asInt();
    int classes = call.integer(0, "num_classes");
    JsonNode type = config.get("type");
    return switch (type.isNull() ? "None" : type.asString()) {
      case "None" -> one(new ClassTokenHead(dim, 0, classes));
      case "fc" -> one(new ClassTokenHead(dim, 1280, classes));
      default -> {
        var head =
            new Classifier(
                dim, classes, tokenPooling(config, dim), fusion(config.get("fusion").asString()));
        yield (scope, inputs) -> head.logits(scope, inputs.getFirst());
      }
    };
  }

  private static TokenPooling tokenPooling(JsonNode config, int dim) {
    return switch (config.get("type").asString()) {
      case "GAP" -> new GlobalAveragePooling(dim);
      case "MGCrP" -> {
        int wrDim = config.get("wr_dim").asInt();
        yield new MultiHeadPooling(
            dim,
            config.get("num_heads").asInt(),
            wrDim,
            false,
            named(config.get("norm"), wrDim),
            0);
      }
      default -> throw new NotThereYet("The representation " + config.get("type").asString());
    };
  }

  private static Built onlyVisual(JsonNode config, Constructor call) {
    int dim = call.integer(1, "input_dim");
    TokenPooling pooling = tokenPooling(config, dim);
    Linear head = new Linear(pooling.out(), call.integer(0, "num_classes"));
    return one((s, x) -> s.call("visual_fc", head, s.call("representation", pooling, x)));
  }

  static Classifier.Fusion fusion(String name) {
    return switch (name) {
      case "sum_fc" -> Classifier.Fusion.SUM_FC;
      case "concat" -> Classifier.Fusion.CONCAT;
      case "aggre_all" -> Classifier.Fusion.AGGREGATE_ALL;
      case "sum_loss" -> Classifier.Fusion.SUM_LOSS;
      default -> throw new NotThereYet("The fusion " + name);
    };
  }
}
