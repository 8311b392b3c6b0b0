package org.sotdl4j.app.verify;

import org.sotdl4j.layers.Block;
import org.sotdl4j.layers.ConvolutionTokens;
import org.sotdl4j.layers.DenselyConnectedBlock;
import org.sotdl4j.layers.GhostAttention;
import org.sotdl4j.layers.GhostMlp;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.Mlp;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.SoftSplit;
import org.sotdl4j.layers.SqueezeExcite;
import org.sotdl4j.layers.SqueezeExciteAttention;
import org.sotdl4j.layers.TokenAttention;
import org.sotdl4j.layers.TokenMixing;
import org.sotdl4j.layers.TokenPerformer;
import org.sotdl4j.layers.TokenStyle;
import org.sotdl4j.layers.TokenTransformer;
import org.sotdl4j.layers.TokenTransition;
import org.sotdl4j.layers.TokensToToken;
import tools.jackson.databind.JsonNode;

/** T2T-ViT's layers by their official constructors, with all dropping off. */
final class T2TLayers {

  private static final double EPS = 1e-5;

  private T2TLayers() {}

  /**
   * The layer of a case.
   *
   * @throws NotThereYet if the project has no such layer
   */
  static Layer of(JsonNode fixture, Constructor call) {
    String text = fixture.get("constructor").asString();
    // Several official files have an Attention and a Block.
    String module = text.substring(0, Math.max(0, text.indexOf('.' + call.name())));
    return switch (call.name()) {
      case "Unfold" -> {
        SoftSplit split = softSplit(call);
        yield text.contains("transpose(1,2)")
            ? (scope, x) -> split.apply(scope, x).permute(0, 2, 1)
            : split;
      }
      case "T2T_module" ->
          tokens(
                  call.argument(1, "tokens_type").orElse("performer").replaceAll("['\"]", ""),
                  (int) call.real(4, "token_dim", 64))
              .embedding(
                  (int) call.real(0, "img_size", 224),
                  (int) call.real(2, "in_chans", 3),
                  (int) call.real(3, "embed_dim", 768));
      case "Token_performer" -> performer(call);
      case "Token_transformer" -> {
        int dim = call.integer(1, "in_dim");
        yield new TokenTransformer(
            tokenAttention(call, 1, 2, 4), (int) (dim * call.real(3, "mlp_ratio", 1)));
      }
      case "Attention" ->
          switch (module) {
            case "token_transformer" -> tokenAttention(call, 2, 1, 3);
            case "t2t_vit_se" -> squeezeExcite(call, 2);
            default -> attention(call, 0, 2);
          };
      case "Attention_ghost" -> ghost(call, 2);
      case "Mlp" -> {
        int dim = call.integer(0, "in_features");
        yield new Mlp(dim, (int) call.real(1, "hidden_features", dim), 0);
      }
      case "Mlp_ghost" ->
          new GhostMlp(call.integer(0, "in_features"), call.integer(1, "hidden_features"), 0);
      case "SELayer" ->
          new SqueezeExcite(call.integer(0, "channel"), (int) call.real(1, "reduction", 16));
      case "Block" ->
          switch (module) {
            case "t2t_vit_dense" ->
                new DenselyConnectedBlock(
                    block(attention(call, 1, 4), call, 1), call.integer(0, "growth_rate"));
            case "t2t_vit_se" -> block(squeezeExcite(call, 3), call, 0);
            case "t2t_vit_ghost" -> {
              int dim = call.integer(0, "dim");
              Layer mlp = new GhostMlp(dim, (int) (dim * call.real(2, "mlp_ratio", 4)), 0);
              yield new Block(dim, ghost(call, 3), mlp, EPS, 0);
            }
            default -> block(attention(call, 0, 3), call, 0);
          };
      case "Transition" ->
          new TokenTransition(call.integer(0, "in_features"), call.integer(1, "out_features"));
      default -> throw new NotThereYet(text);
    };
  }

  /** The module's way to make tokens, without the performers' dropout. */
  static TokenStyle tokens(String type, int tokenDim) {
    return switch (type) {
      case "performer" -> new TokensToToken(new TokenMixing.Performer(0), tokenDim);
      case "transformer" -> new TokensToToken(new TokenMixing.Transformer(), tokenDim);
      case "convolution" -> new ConvolutionTokens(tokenDim);
      default -> throw new NotThereYet("The token type " + type);
    };
  }

  private static SoftSplit softSplit(Constructor call) {
    return new SoftSplit(
        call.integer(0, "kernel_size"),
        (int) call.real(3, "stride", 1),
        (int) call.real(2, "padding", 0));
  }

  private static TokenPerformer performer(Constructor call) {
    // The official "heads" only widen the one head.
    int dim = call.integer(1, "in_dim") * (int) call.real(2, "head_cnt", 1);
    int features = (int) (dim * call.real(3, "kernel_ratio", 0.5));
    return new TokenPerformer(call.integer(0, "dim"), dim, features, 0);
  }

  private static TokenAttention tokenAttention(
      Constructor call, int inDim, int numHeads, int bias) {
    int in = call.integer(0, "dim");
    int heads = call.integer(numHeads, "num_heads");
    return new TokenAttention(
        in,
        call.integer(inDim, "in_dim"),
        call.flag(bias, "qkv_bias", false),
        scale(call, bias, in / heads));
  }

  /**
   * The attention, or that of a block, whose other arguments stand elsewhere.
   *
   * @param first position of {@code dim}
   * @param bias position of {@code qkv_bias}, after which {@code qk_scale} comes
   */
  private static MultiHeadAttention attention(Constructor call, int first, int bias) {
    int dim = call.integer(first, "dim");
    int heads = (int) call.real(first + 1, "num_heads", 8);
    return new MultiHeadAttention(
        dim, heads, call.flag(bias, "qkv_bias", false), scale(call, bias, dim / heads), 0, 0);
  }

  private static SqueezeExciteAttention squeezeExcite(Constructor call, int bias) {
    return new SqueezeExciteAttention(attention(call, 0, bias), 0);
  }

  private static GhostAttention ghost(Constructor call, int bias) {
    MultiHeadAttention plain = attention(call, 0, bias);
    return new GhostAttention(plain.dim(), plain.heads(), plain.qkvBias(), plain.scale(), 0, 0);
  }

  private static double scale(Constructor call, int bias, int headWidth) {
    return call.real(bias + 1, "qk_scale", Math.pow(headWidth, -0.5));
  }

  private static Block block(Layer attention, Constructor call, int first) {
    int dim = call.integer(first, "dim");
    Mlp mlp = new Mlp(dim, (int) (dim * call.real(first + 2, "mlp_ratio", 4)), 0);
    return new Block(dim, attention, mlp, EPS, 0);
  }
}
