package org.sotdl4j.app.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.app.verify.Layers.Built;
import org.sotdl4j.layers.Block;
import org.sotdl4j.layers.Bottleneck;
import org.sotdl4j.layers.ClassTokenHead;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.Covariance;
import org.sotdl4j.layers.DenseBlock;
import org.sotdl4j.layers.DenseNetTokens;
import org.sotdl4j.layers.DenseTransition;
import org.sotdl4j.layers.EPn;
import org.sotdl4j.layers.GlobalAveragePooling;
import org.sotdl4j.layers.GlobalCovariancePooling;
import org.sotdl4j.layers.InceptionBlock;
import org.sotdl4j.layers.InceptionTokens;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.LinearTokens;
import org.sotdl4j.layers.MatrixNorm;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.NoNorm;
import org.sotdl4j.layers.NonLocalBlock;
import org.sotdl4j.layers.NonLocalTokens;
import org.sotdl4j.layers.NormalizedPooling;
import org.sotdl4j.layers.ReducedCovariance;
import org.sotdl4j.layers.ResNetTokens;
import org.sotdl4j.layers.RowNorm;
import org.sotdl4j.layers.ScaleNorm;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.SinusoidPositions;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.layers.TokenPooling;
import org.sotdl4j.layers.TokenStyle;
import org.sotdl4j.layers.Tokens;
import org.sotdl4j.layers.Transposed;
import org.sotdl4j.layers.UpperTriangle;
import org.sotdl4j.layers.VectorisedNorm;
import org.sotdl4j.layers.WordTokensHead;
import tools.jackson.databind.JsonNode;

/** The layers of SoT and of So-ViT, its older tree, by the official constructors. */
final class SoTLayers {

  private static final Pattern SVPN = Pattern.compile("svPN sv(\\d+) it(\\d+) a([\\d.]+)");

  private SoTLayers() {}

  /**
   * The layer of a case.
   *
   * @throws NotThereYet if the project has no such layer
   */
  static Built of(JsonNode fixture, Constructor call) {
    boolean older = fixture.get("family").asString().equals("sovit");
    JsonNode config = fixture.get("config");
    return switch (call.name().split("[. ]", 2)[0]) {
      case "Classifier" ->
          head(
              older ? olderHead(fixture) : classifier(config, dim(config, call)),
              older ? classes(fixture) : call.integer(0, "num_classes"));
      case "OnlyVisualTokensClassifier" ->
          head(
              new WordTokensHead(pooling(config.get("type").asString(), config, dim(config, call))),
              call.integer(0, "num_classes"));
      case "MultiHeadPooling" -> one(multiHead(config, config.get("dim").asInt()));
      case "svPN" ->
          older
              ? olderSvPn(call)
              : vector(svPn(config, config.get("input_dim").asInt()), config.path("vec"));
      case "ePN" -> one(new EPn());
      case "scaleNorm" ->
          one(new ScaleNorm(call.real(0, "factor", 1), call.flag(1, "is_learnable", false)));
      case "MPN" -> {
        var root = VectorisedNorm.squareRoot((int) call.real(0, "iterNum", 3));
        // The official backward is hand-written and gives the transposed gradient; the inputs are
        // symmetric.
        yield one((s, x) -> root.apply(s, x.permute(0, 2, 1)));
      }
      case "Triuvec" ->
          one((s, x) -> {
            SDVariable y = new UpperTriangle().apply(s, x);
            return y.reshape(-1, s.shape(y)[1], 1);
          });
      case "Covariance" -> older ? reducedCovariance(call) : covariance(call);
      case "Bottleneck" ->
          one(
              new Bottleneck(
                  call.integer(0, "inplanes"),
                  call.integer(1, "planes"),
                  (int) call.real(2, "stride", 1),
                  call.flag(3, "downsample", false)));
      case "InceptionBlock" ->
          one(
              new InceptionBlock(
                  (int) call.real(1, "in_channels", 64), 16, (int) call.real(0, "stride", 1)));
      case "_NonLocalBlockND" -> one(nonLocal(call));
      case "DenseBlock" ->
          one(
              new DenseBlock(
                  call.integer(1, "num_input_features"),
                  call.integer(0, "num_layers"),
                  call.integer(2, "bn_size"),
                  call.integer(3, "growth_rate")));
      case "DenseTransition" ->
          one(
              new DenseTransition(
                  call.integer(0, "num_input_features"),
                  call.integer(1, "num_output_features"),
                  !call.flag(3, "aa_layer", false)));
      case "ViTBlock" -> {
        int dim = call.integer(0, "dim");
        var attention =
            new MultiHeadAttention(
                dim, call.integer(1, "num_heads"), call.flag(3, "qkv_bias", false));
        yield one(new Block(attention, (int) (dim * call.real(2, "mlp_ratio", 4)), 1e-5, 0, 0));
      }
      case "get_sinusoid_encoding" -> {
        var table =
            SinusoidPositions.table(call.integer(0, "n_position"), call.integer(1, "d_hid"));
        yield one((s, x) -> x.add(s.constant(table)));
      }
      case "visualTokens" -> {
        String type = config.get("type").asString();
        int tokenDim = (int) call.real(-1, "token_dim", 64);
        TokenStyle style =
            older
                ? olderTokens(type, tokenDim)
                : tokens(type, tokenDim, config.get("large_output").asBoolean());
        yield one(
            style.embedding(
                config.get("img_size").asInt(),
                fixture.get("inputs").get(0).get("shape").get(1).asInt(),
                config.get("embed_dim").asInt()));
      }
      default -> throw new NotThereYet(fixture.get("constructor").asString());
    };
  }

  private static Built one(Layer layer) {
    return (scope, inputs) -> List.of(layer.apply(scope, inputs.getFirst()));
  }

  private static Built head(ClassificationHead head, int classes) {
    return (scope, inputs) -> head.logits(scope, inputs.getFirst(), classes);
  }

  private static int dim(JsonNode config, Constructor call) {
    return config.has("input_dim") ? config.get("input_dim").asInt() : call.integer(1, "input_dim");
  }

  /** svPN returns each matrix as a row, or its upper triangle as a column. */
  private static Built vector(SvPn norm, JsonNode form) {
    return switch (form.asString("full")) {
      case "full" -> one(new VectorisedNorm(norm, false, 0));
      case "triu" ->
          one((s, x) -> {
            SDVariable y = new VectorisedNorm(norm, true, 0).apply(s, x);
            return y.reshape(-1, s.shape(y)[1], 1);
          });
      default -> one(norm);
    };
  }

  /** Maps have a mean for each channel, sequences one for all. */
  private static Built covariance(Constructor call) {
    boolean removeMean = call.flag(0, "remove_mean", true);
    return (scope, inputs) -> {
      boolean maps = scope.shape(inputs.getFirst()).length == 4;
      var centering = maps ? Covariance.Centering.PER_CHANNEL : Covariance.Centering.OVERALL;
      var covariance = new Covariance(removeMean ? centering : Covariance.Centering.NONE);
      List<SDVariable> tokens = inputs.stream().map(x -> tokens(scope, x)).toList();
      return List.of(
          tokens.size() == 1
              ? covariance.auto(scope, tokens.getFirst())
              : covariance.cross(scope, tokens.get(0), tokens.get(1)));
    };
  }

  private static SDVariable tokens(Scope scope, SDVariable x) {
    return scope.shape(x).length == 4 ? Tokens.of(scope, x) : x;
  }

  private static NonLocalBlock nonLocal(Constructor call) {
    int in = (int) call.real(0, "in_channels", 64);
    boolean given = call.flag(1, "inter_channels", false);
    return new NonLocalBlock(
        in,
        given ? call.integer(1, "inter_channels") : Math.max(in / 2, 1),
        (int) call.real(2, "out_channels", 128),
        call.flag(3, "sub_sample", false),
        call.flag(4, "bn_layer", true));
  }

  /** SoT's way to make tokens. */
  static TokenStyle tokens(String type, int tokenDim, boolean largeOutput) {
    return switch (type) {
      case "DenseNet" -> new DenseNetTokens(tokenDim, largeOutput);
      case "Inception" -> new InceptionTokens(tokenDim, largeOutput);
      case "Naive_linear" -> new LinearTokens();
      case "Non-local" -> new NonLocalTokens(tokenDim);
      case "ResNet" -> new ResNetTokens(tokenDim);
      default -> throw new NotThereYet("The token embedding " + type);
    };
  }

  /** So-ViT's way to make tokens; its Inception does not run. */
  static TokenStyle olderTokens(String type, int tokenDim) {
    return switch (type) {
      case "DenseNet" -> DenseNetTokens.soViT(tokenDim);
      case "Non-local" -> new NonLocalTokens(tokenDim);
      case "ResNet" -> new ResNetTokens(tokenDim);
      default -> throw new NotThereYet("The token embedding " + type);
    };
  }

  /** SoT's head; without a {@code type} it is the released models'. */
  static ClassificationHead classifier(JsonNode config, int dim) {
    String type = config.has("type") ? config.get("type").asString("None") : "MGCrP";
    return switch (type) {
      case "None" -> new ClassTokenHead(dim, 0);
      case "fc" -> new ClassTokenHead(dim, 1280);
      default -> new Classifier(dim, pooling(type, config, dim), fusion(config));
    };
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

  private static TokenPooling pooling(String type, JsonNode config, int dim) {
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

  private static MultiHeadPooling multiHead(JsonNode config, int dim) {
    int wrDim = config.get("wr_dim").asInt();
    // A model's qkv_bias is its attention's.
    boolean bias = !config.has("pool_heads") && config.path("qkv_bias").asBoolean(false);
    return new MultiHeadPooling(dim, poolHeads(config), wrDim, bias, norm(config, wrDim), 0);
  }

  private static MatrixNorm norm(JsonNode config, int wrDim) {
    JsonNode norm = config.path("normalization");
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
  private static SvPn svPn(JsonNode config, int width) {
    return new SvPn(
        config.path("alpha").asDouble(0.5),
        config.path("iterNum").asInt(1),
        config.path("svNum").isNull() ? 0 : config.path("svNum").asInt(1),
        width,
        config.path("init_weight").asString("learn").equals("learn"));
  }

  private static Built olderSvPn(Constructor call) {
    SvPn norm =
        new SvPn(
            call.real(0, "alpha", 0.5),
            (int) call.real(1, "iterNum", 1),
            (int) call.real(2, "svNum", 1),
            numbers(call, 5, "input_dim").getFirst(),
            true);
    return one(new VectorisedNorm(new Transposed(norm), false, 0));
  }

  private static Built reducedCovariance(Constructor call) {
    var covariance =
        new ReducedCovariance(
            call.integer(3, "input_dim"),
            sides(
                call.argument(0, "cov_type").orElse("norm"),
                numbers(call, 2, "dimension_reduction")),
            call.flag(1, "remove_mean", true));
    return one((s, x) -> covariance.apply(s, tokens(s, x)));
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
  static ClassificationHead olderClassifier(JsonNode config, int dim) {
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
            dim, NormalizedPooling.secondOrder(covariance, vector(config, covariance)));
      }
      default -> throw new NotThereYet("The representation " + type);
    };
  }

  private static VectorisedNorm vector(JsonNode config, ReducedCovariance covariance) {
    String name = config.path("norm").asString("svPN");
    return switch (name) {
      case "MPN" -> VectorisedNorm.squareRoot(config.path("iterNum").asInt(3));
      case "svPN" ->
          new VectorisedNorm(
              new Transposed(svPn(config, covariance.rows())),
              config.path("vec").asString("full").equals("triu"),
              0);
      default -> throw new NotThereYet("The normalisation " + name);
    };
  }

  /** So-ViT's head of a case that tells its kind in words and its sizes by the parameters. */
  private static ClassificationHead olderHead(JsonNode fixture) {
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

  private static int classes(JsonNode fixture) {
    return shape(fixture, "cls_fc.weight").get(0).asInt();
  }

  private static JsonNode shape(JsonNode fixture, String parameter) {
    for (JsonNode entry : fixture.get("params")) {
      if (entry.get("name").asString().equals(parameter)) {
        return entry.get("shape");
      }
    }
    throw new IllegalArgumentException(
        String.format(Locale.ROOT, "The case has no parameter %s", parameter));
  }
}
