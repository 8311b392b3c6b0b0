package org.sotdl4j.zoo;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Block;
import org.sotdl4j.layers.BlockStack;
import org.sotdl4j.layers.ConvolutionTokens;
import org.sotdl4j.layers.DenselyConnectedBlock;
import org.sotdl4j.layers.DropPath;
import org.sotdl4j.layers.Dropout;
import org.sotdl4j.layers.GhostAttention;
import org.sotdl4j.layers.GhostMlp;
import org.sotdl4j.layers.Initializer;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.LayerNorm;
import org.sotdl4j.layers.Linear;
import org.sotdl4j.layers.Mlp;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.Part;
import org.sotdl4j.layers.PatchTokens;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.SinusoidPositions;
import org.sotdl4j.layers.SoftSplit;
import org.sotdl4j.layers.SqueezeExciteAttention;
import org.sotdl4j.layers.TokenMixing;
import org.sotdl4j.layers.TokenStyle;
import org.sotdl4j.layers.TokenTransition;
import org.sotdl4j.layers.Tokens;
import org.sotdl4j.layers.TokensToToken;

/**
 * T2T-ViT: "Tokens-to-Token ViT: Training vision transformers from scratch on ImageNet" (Yuan et
 * al., 2021). Tokens by soft splits that overlap, then a deep and narrow transformer; and the
 * paper's variants of both parts.
 *
 * <p>Takes pictures of any size; the official models have as many positions as tokens only at 16 k,
 * 16 k + 1 and 16 k + 2 pixels.
 *
 * @param setup input and classes
 * @param tokens how tokens are made
 * @param dim C, the width of a token
 * @param backbone the blocks
 * @param input how pictures are prepared
 */
public record T2TViT(Setup setup, TokenStyle tokens, int dim, Backbone backbone, InputSpec input)
    implements Model {

  private static final double EPS = 1e-5;

  /** Its dropout is on in official training, whatever the model's rates are. */
  private static final TokenStyle PERFORMER = new TokensToToken(new TokenMixing.Performer(0.1), 64);

  private static final TokenStyle TRANSFORMER =
      new TokensToToken(new TokenMixing.Transformer(), 64);

  static final Family FAMILY =
      new Family(
          "T2T-ViT",
          "Yuan et al., Tokens-to-Token ViT: Training vision transformers from scratch on ImageNet,"
              + " 2021",
          "yitu-opensource/T2T-ViT models/t2t_vit*.py",
          List.of(
              new Variant("t2t_vit_7", official(PERFORMER, 256, plain(7, 4, 512))),
              new Variant("t2t_vit_10", official(PERFORMER, 256, plain(10, 4, 512))),
              new Variant("t2t_vit_12", official(PERFORMER, 256, plain(12, 4, 512))),
              new Variant("t2t_vit_14", official(PERFORMER, 384, plain(14, 6, 1152))),
              new Variant("t2t_vit_19", official(PERFORMER, 448, plain(19, 7, 1344))),
              new Variant("t2t_vit_24", official(PERFORMER, 512, plain(24, 8, 1536))),
              new Variant("t2t_vit_t_14", official(TRANSFORMER, 384, plain(14, 6, 1152))),
              new Variant("t2t_vit_t_19", official(TRANSFORMER, 448, plain(19, 7, 1344))),
              new Variant("t2t_vit_t_24", official(TRANSFORMER, 512, plain(24, 8, 1536))),
              new Variant(
                  "t2t_vit_14_384",
                  official(PERFORMER, 384, plain(14, 6, 1152))
                      .with(Setup.IMAGENET.withImageSize(384))),
              new Variant(
                  "t2t_vit_c_14", official(new ConvolutionTokens(64), 384, plain(14, 6, 1152))),
              new Variant(
                  "t2t_vit_14_wot2t", official(new PatchTokens(16), 384, plain(14, 6, 1152))),
              new Variant("t2t_vit_14_wide", official(PERFORMER, 768, plain(4, 12, 2304))),
              new Variant("t2t_vit_14_resnext", official(PERFORMER, 384, plain(14, 32, 1152))),
              new Variant(
                  "t2t_vit_14_se",
                  official(PERFORMER, 384, sequence(Style.SQUEEZE_EXCITE, 14, 6, 1152))),
              new Variant(
                  "t2t_vit_14_dense",
                  official(PERFORMER, 128, new Dense(64, List.of(3, 6, 6, 4), 8, 2, false, 0))),
              new Variant(
                  "t2t_vit_16_ghost", official(PERFORMER, 384, sequence(Style.GHOST, 16, 6, 1152))),
              new Variant("t2t_vit_nano", nano(new TokenMixing.Performer(0.1), plain(4, 4, 128))),
              new Variant("t2t_vit_t_nano", nano(new TokenMixing.Transformer(), plain(4, 4, 128))),
              new Variant(
                  "t2t_vit_nano_se",
                  nano(new TokenMixing.Performer(0.1), sequence(Style.SQUEEZE_EXCITE, 4, 4, 128))),
              new Variant(
                  "t2t_vit_nano_dense",
                  nano(
                      new TokenMixing.Performer(0.1),
                      new Dense(16, List.of(2, 2), 4, 2, false, 0))),
              new Variant(
                  "t2t_vit_nano_ghost",
                  nano(new TokenMixing.Performer(0.1), sequence(Style.GHOST, 4, 4, 192)))));

  /** The blocks of a T2T-ViT. */
  public sealed interface Backbone {

    /** The blocks for tokens of width dim. */
    List<Layer> blocks(int dim, Setup setup);

    /** Width after the last block. */
    int out(int dim);

    /** Number of blocks. */
    int depth();
  }

  /** What a block consists of. */
  public enum Style {
    /** Multi-head attention and MLP. */
    PLAIN,
    /** With channel attention behind the attention. */
    SQUEEZE_EXCITE,
    /** With cheap copies of channels in both. */
    GHOST
  }

  /**
   * Blocks of one size, one after the other.
   *
   * @param style what they consist of
   * @param depth their number
   * @param heads attention heads
   * @param mlpHidden width inside the MLPs
   * @param qkvBias whether q, k and v have biases
   * @param scale the factor on the scores, 0 for the usual (C / h)^-0.5
   */
  public record Sequence(
      Style style, int depth, int heads, int mlpHidden, boolean qkvBias, double scale)
      implements Backbone {

    @Override
    public List<Layer> blocks(int dim, Setup setup) {
      Layer mlp =
          style == Style.GHOST
              ? new GhostMlp(dim, mlpHidden, setup.drop())
              : new Mlp(dim, mlpHidden, setup.drop());
      List<Layer> blocks = new ArrayList<>();
      for (double rate : DropPath.linear(setup.dropPath(), depth)) {
        blocks.add(new Block(dim, attention(dim, setup), mlp, EPS, rate));
      }
      return blocks;
    }

    private Layer attention(int dim, Setup setup) {
      double factor = factor(scale, dim, heads);
      return switch (style) {
        case PLAIN ->
            new MultiHeadAttention(
                dim, heads, qkvBias, factor, setup.attentionDrop(), setup.drop());
        case SQUEEZE_EXCITE ->
            new SqueezeExciteAttention(
                new MultiHeadAttention(dim, heads, qkvBias, factor, setup.attentionDrop(), 0),
                setup.drop());
        case GHOST ->
            new GhostAttention(dim, heads, qkvBias, factor, setup.attentionDrop(), setup.drop());
      };
    }

    @Override
    public int out(int dim) {
      return dim;
    }
  }

  /**
   * Stages of densely connected blocks; between two stages a transition halves the width.
   *
   * @param growth channels that a block adds
   * @param stages the number of blocks of each
   * @param heads attention heads
   * @param mlpRatio width inside the MLPs in units of the block's
   * @param qkvBias whether q, k and v have biases
   * @param scale the factor on the scores, 0 for the usual (C / h)^-0.5
   */
  public record Dense(
      int growth, List<Integer> stages, int heads, double mlpRatio, boolean qkvBias, double scale)
      implements Backbone {

    /** The official code takes the rate of stage i from entry i of a table of this length. */
    private static final int DROP_PATH_RATES = 12;

    @Override
    public List<Layer> blocks(int dim, Setup setup) {
      double[] rates = DropPath.linear(setup.dropPath(), DROP_PATH_RATES);
      List<Layer> blocks = new ArrayList<>();
      int width = dim;
      for (int i = 0; i < stages.size(); i++) {
        if (i > 0) {
          blocks.add(new TokenTransition(width, width / 2));
          width /= 2;
        }
        for (int j = 0; j < stages.get(i); j++) {
          var attention =
              new MultiHeadAttention(
                  width,
                  heads,
                  qkvBias,
                  factor(scale, width, heads),
                  setup.attentionDrop(),
                  setup.drop());
          var block = new Block(attention, (int) (width * mlpRatio), EPS, setup.drop(), rates[i]);
          blocks.add(new DenselyConnectedBlock(block, growth));
          width += growth;
        }
      }
      return blocks;
    }

    @Override
    public int out(int dim) {
      int width = dim;
      for (int i = 0; i < stages.size(); i++) {
        width = (i == 0 ? width : width / 2) + growth * stages.get(i);
      }
      return width;
    }

    @Override
    public int depth() {
      return stages.stream().mapToInt(Integer::intValue).sum() + stages.size() - 1;
    }
  }

  private static double factor(double scale, int dim, int heads) {
    return scale == 0 ? Math.pow((double) dim / heads, -0.5) : scale;
  }

  static Sequence plain(int depth, int heads, int mlpHidden) {
    return sequence(Style.PLAIN, depth, heads, mlpHidden);
  }

  private static Sequence sequence(Style style, int depth, int heads, int mlpHidden) {
    return new Sequence(style, depth, heads, mlpHidden, false, 0);
  }

  private static T2TViT official(TokenStyle tokens, int dim, Backbone backbone) {
    return new T2TViT(Setup.IMAGENET, tokens, dim, backbone, InputSpec.imageNet(224, 0.9));
  }

  /** For pictures of 28 pixels: 7x7 tokens. */
  private static T2TViT nano(TokenMixing mixing, Backbone backbone) {
    return small(28, mixing, backbone);
  }

  /** For small pictures: a token for each 4x4 pixels. */
  static T2TViT small(int imageSize, TokenMixing mixing, Backbone backbone) {
    var splits = List.of(new SoftSplit(3, 2, 1), new SoftSplit(3, 2, 1), new SoftSplit(3, 1, 1));
    return new T2TViT(
        Setup.of(imageSize, 3, 10),
        new TokensToToken(mixing, 32, splits),
        64,
        backbone,
        InputSpec.small(imageSize));
  }

  @Override
  public T2TViT with(Setup newSetup) {
    return new T2TViT(newSetup, tokens, dim, backbone, input.withSize(newSetup.imageSize()));
  }

  /** Without the paper's tokens the model has ViT's patch embedding, and its name. */
  private String embeddingName() {
    return tokens instanceof PatchTokens ? "patch_embed" : "tokens_to_token";
  }

  @Override
  public List<Part> trunk() {
    var norm = new LayerNorm(backbone.out(dim), EPS);
    List<Part> parts = new ArrayList<>(List.of(new Part("embedding", this::embedding)));
    parts.addAll(new BlockStack(backbone.blocks(dim, setup), norm).parts());
    return parts;
  }

  private SDVariable embedding(Scope scope, SDVariable image) {
    SDVariable classToken =
        scope.parameter("cls_token", Initializer.truncatedNormal(0.02), 1, 1, dim);
    var embedding = tokens.embedding(setup.imageSize(), setup.channels(), dim);
    SDVariable x = scope.call(embeddingName(), embedding, image); // [B, N, C]
    x = Tokens.prepend(scope, x, classToken);
    x = x.add(scope.frozen("pos_embed", new SinusoidPositions(), 1, scope.shape(x)[1], dim));
    return scope.call("pos_drop", new Dropout(setup.drop()), x);
  }

  @Override
  public int classTokens() {
    return 1;
  }

  @Override
  public List<SDVariable> head(Scope scope, SDVariable features) {
    Linear head = new Linear(backbone.out(dim), setup.classes());
    return List.of(scope.call("head", head, Tokens.at(scope, features, 0)));
  }

  @Override
  public List<String> classifier() {
    return List.of("head");
  }

  @Override
  public List<String> intermediates() {
    return BlockStack.paths(backbone.depth());
  }

  @Override
  public Set<String> noWeightDecay() {
    return Set.of("cls_token");
  }

  @Override
  public LayerGroups layerGroups() {
    return LayerGroups.of(
        List.of("cls_token", embeddingName()),
        BlockStack.paths(backbone.depth()),
        List.of("norm"),
        classifier());
  }
}
