package org.sotdl4j.app.verify;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.app.verify.Layers.Built;
import org.sotdl4j.layers.Block;
import org.sotdl4j.layers.Bottleneck;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.Covariance;
import org.sotdl4j.layers.DenseBlock;
import org.sotdl4j.layers.DenseNetTokens;
import org.sotdl4j.layers.DenseTransition;
import org.sotdl4j.layers.EPn;
import org.sotdl4j.layers.InceptionBlock;
import org.sotdl4j.layers.InceptionTokens;
import org.sotdl4j.layers.LinearTokens;
import org.sotdl4j.layers.MatrixNorm;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.NonLocalBlock;
import org.sotdl4j.layers.NonLocalTokens;
import org.sotdl4j.layers.ResNetTokens;
import org.sotdl4j.layers.ScaleNorm;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.SinusoidPositions;
import org.sotdl4j.layers.TokenSequence;
import org.sotdl4j.layers.TokenStyle;
import org.sotdl4j.layers.Tokens;
import org.sotdl4j.layers.UpperTriangle;
import org.sotdl4j.layers.VectorisedNorm;
import org.sotdl4j.layers.WordTokensHead;
import tools.jackson.databind.JsonNode;

/** The layers of SoT by the official constructors. */
final class SoTLayers {

  private SoTLayers() {}

  /**
   * The layer of a case.
   *
   * @throws NotThereYet if the project has no such layer
   */
  static Built of(JsonNode fixture, Constructor call) {
    JsonNode config = fixture.get("config");
    return switch (call.name().split("[. ]", 2)[0]) {
      case "Classifier" ->
          head(SoTHeads.of(config, dim(config, call)), call.integer(0, "num_classes"));
      case "OnlyVisualTokensClassifier" ->
          head(
              new WordTokensHead(SoTHeads.pooling(config, dim(config, call))),
              call.integer(0, "num_classes"));
      case "MultiHeadPooling" -> Layers.one(SoTHeads.multiHead(config, config.get("dim").asInt()));
      case "svPN" ->
          vector(
              SoTHeads.svPn(config, config.get("input_dim").asInt()),
              config.path("vec").asString("full"));
      case "ePN" -> Layers.one(new EPn());
      case "scaleNorm" ->
          Layers.one(new ScaleNorm(call.real(0, "factor", 1), call.flag(1, "is_learnable", false)));
      case "MPN" -> {
        var root = VectorisedNorm.squareRoot((int) call.real(0, "iterNum", 3));
        // The official backward is hand-written and gives the transposed gradient; the inputs are
        // symmetric.
        yield Layers.one((s, x) -> root.apply(s, x.permute(0, 2, 1)));
      }
      case "Triuvec" ->
          Layers.one((s, x) -> {
            SDVariable y = new UpperTriangle().apply(s, x);
            return y.reshape(-1, s.shape(y)[1], 1);
          });
      case "Covariance" -> covariance(call);
      case "Bottleneck" ->
          Layers.one(
              new Bottleneck(
                  call.integer(0, "inplanes"),
                  call.integer(1, "planes"),
                  (int) call.real(2, "stride", 1),
                  call.flag(3, "downsample", false)));
      case "InceptionBlock" ->
          Layers.one(
              new InceptionBlock(
                  (int) call.real(1, "in_channels", 64), 16, (int) call.real(0, "stride", 1)));
      case "_NonLocalBlockND" -> Layers.one(nonLocal(call));
      case "DenseBlock" ->
          Layers.one(
              new DenseBlock(
                  call.integer(1, "num_input_features"),
                  call.integer(0, "num_layers"),
                  call.integer(2, "bn_size"),
                  call.integer(3, "growth_rate")));
      case "DenseTransition" ->
          Layers.one(
              new DenseTransition(
                  call.integer(0, "num_input_features"),
                  call.integer(1, "num_output_features"),
                  !call.flag(3, "aa_layer", false)));
      case "ViTBlock" -> {
        int dim = call.integer(0, "dim");
        var attention =
            new MultiHeadAttention(
                dim, call.integer(1, "num_heads"), call.flag(3, "qkv_bias", false));
        yield Layers.one(
            new Block(attention, (int) (dim * call.real(2, "mlp_ratio", 4)), 1e-5, 0, 0));
      }
      case "get_sinusoid_encoding" -> {
        var table =
            SinusoidPositions.table(call.integer(0, "n_position"), call.integer(1, "d_hid"));
        yield Layers.one((s, x) -> x.add(s.constant(table)));
      }
      case "visualTokens" -> {
        String type = config.get("type").asString();
        int tokenDim = (int) call.real(-1, "token_dim", 64);
        yield embedding(tokens(type, tokenDim, config.get("large_output").asBoolean()), fixture);
      }
      default -> throw new NotThereYet(fixture.get("constructor").asString());
    };
  }

  static Built embedding(TokenStyle style, JsonNode fixture) {
    JsonNode config = fixture.get("config");
    return Layers.one(
        style.embedding(
            config.get("img_size").asInt(),
            fixture.get("inputs").get(0).get("shape").get(1).asInt(),
            config.get("embed_dim").asInt()));
  }

  static Built head(ClassificationHead head, int classes) {
    return (scope, inputs) -> head.logits(scope, inputs.getFirst(), classes);
  }

  private static int dim(JsonNode config, Constructor call) {
    return config.has("input_dim") ? config.get("input_dim").asInt() : call.integer(1, "input_dim");
  }

  /** svPN returns each matrix as a row, or its upper triangle as a column. */
  static Built vector(MatrixNorm norm, String form) {
    return switch (form) {
      case "full" -> Layers.one(new VectorisedNorm(norm, false, 0));
      case "triu" ->
          Layers.one((s, x) -> {
            SDVariable y = new VectorisedNorm(norm, true, 0).apply(s, x);
            return y.reshape(-1, s.shape(y)[1], 1);
          });
      default -> Layers.one(norm);
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
              ? covariance.auto(scope, TokenSequence.of(tokens.getFirst()))
              : covariance.cross(scope, tokens.get(0), tokens.get(1)));
    };
  }

  static SDVariable tokens(Scope scope, SDVariable x) {
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
}
