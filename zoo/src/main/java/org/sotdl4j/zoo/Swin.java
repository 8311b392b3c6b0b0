package org.sotdl4j.zoo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.DenseNetTokens;
import org.sotdl4j.layers.DropPath;
import org.sotdl4j.layers.Dropout;
import org.sotdl4j.layers.GlobalAveragePooling;
import org.sotdl4j.layers.Initializer;
import org.sotdl4j.layers.LayerNorm;
import org.sotdl4j.layers.Linear;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.Part;
import org.sotdl4j.layers.PatchTokens;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.layers.SwinStage;
import org.sotdl4j.layers.TokenStyle;
import org.sotdl4j.layers.WordTokensHead;

/**
 * "Swin Transformer: Hierarchical vision transformer using shifted windows" (Liu et al., 2021):
 * attention inside windows, on maps that halve from stage to stage. With SoT's token embedding and
 * head it is what the SoT paper calls "Swin + ours".
 *
 * @param setup input and classes
 * @param tokens how tokens are made
 * @param absolutePositions whether a learned position is added to each token
 * @param dim C of the first stage; each further one has twice the width
 * @param depths number of blocks of each stage
 * @param heads attention heads of each stage
 * @param window side of a window, tokens
 * @param mlpRatio width inside the MLP in units of C
 * @param qkvBias whether q, k and v have biases
 * @param scale the factor on the attention scores, 0 for {@code d^-0.5}
 * @param wordTokens SoT's head, or empty for Swin's own: a linear layer on the tokens' mean
 * @param input how pictures are prepared
 */
public record Swin(
    Setup setup,
    TokenStyle tokens,
    boolean absolutePositions,
    int dim,
    List<Integer> depths,
    List<Integer> heads,
    int window,
    double mlpRatio,
    boolean qkvBias,
    double scale,
    Optional<WordTokensHead> wordTokens,
    InputSpec input)
    implements Model {

  private static final double EPS = 1e-5;
  private static final String POSITIONS = "absolute_pos_embed";

  static final Family FAMILY =
      new Family(
          "Swin",
          "Liu et al., Swin Transformer: Hierarchical vision transformer using shifted windows, 2021",
          "microsoft/Swin-Transformer models/swin_transformer.py",
          List.of(
              new Variant("swin_t", official(96, List.of(2, 2, 6, 2), 3)),
              new Variant("swin_s", official(96, List.of(2, 2, 18, 2), 3)),
              new Variant("swin_b", official(128, List.of(2, 2, 18, 2), 4)),
              new Variant("swin_t_sot", secondOrder(96, List.of(2, 2, 6, 2), 3, 17, 0.5)),
              new Variant("swin_b_sot", secondOrder(128, List.of(2, 2, 18, 2), 4, 26, 0.7)),
              new Variant("swin_nano", nano())));

  private static Swin official(int dim, List<Integer> depths, int heads) {
    return imageNet(new PatchTokens(4, true), dim, depths, heads, Optional.empty());
  }

  /** "Swin + ours": 56x56 tokens by dense blocks. The poolings are near the paper's figures. */
  private static Swin secondOrder(
      int dim, List<Integer> depths, int heads, int wrDim, double regular) {
    var pooling = new MultiHeadPooling(8 * dim, 12, wrDim, false, SvPn.standard(wrDim), regular);
    return imageNet(
        new DenseNetTokens(64, true), dim, depths, heads, Optional.of(new WordTokensHead(pooling)));
  }

  /** Four stages for 224 pixels, each with twice the heads of the one before. */
  private static Swin imageNet(
      TokenStyle tokens,
      int dim,
      List<Integer> depths,
      int heads,
      Optional<WordTokensHead> wordTokens) {
    return new Swin(
        Setup.IMAGENET,
        tokens,
        false,
        dim,
        depths,
        List.of(heads, 2 * heads, 4 * heads, 8 * heads),
        7,
        4,
        true,
        0,
        wordTokens,
        InputSpec.imageNet(224, 0.9));
  }

  /** For pictures of 28 pixels: 14x14 tokens, then 7x7. */
  private static Swin nano() {
    return new Swin(
        Setup.of(28, 3, 10),
        new PatchTokens(2, true),
        false,
        48,
        List.of(2, 2),
        List.of(2, 4),
        7,
        2,
        true,
        0,
        Optional.empty(),
        InputSpec.small(28));
  }

  /**
   * {@inheritDoc}
   *
   * <p>For a size that is no multiple of the old one the windows grow with the picture, so that
   * they still tile it: 12 tokens at 384 pixels as in the official models, instead of 7 at 224.
   */
  @Override
  public Swin with(Setup newSetup) {
    int size = newSetup.imageSize();
    int oldSize = setup.imageSize();
    boolean scales = size % oldSize != 0 && window * size % oldSize == 0;
    return new Swin(
        newSetup,
        tokens,
        absolutePositions,
        dim,
        depths,
        heads,
        scales ? window * size / oldSize : window,
        mlpRatio,
        qkvBias,
        scale,
        wordTokens,
        input.withSize(size));
  }

  @Override
  public List<Part> trunk() {
    double[] rates =
        DropPath.linear(setup.dropPath(), depths.stream().mapToInt(Integer::intValue).sum());
    List<Part> parts = new ArrayList<>(List.of(new Part("embedding", this::embedding)));
    int first = 0;
    for (int i = 0; i < depths.size(); i++) {
      int end = first + depths.get(i);
      double[] dropPath = Arrays.copyOfRange(rates, first, end);
      int stage = i;
      parts.add(
          Part.at(
              "layers." + i, (scope, x) -> stage(stage, side(scope, x), dropPath).apply(scope, x)));
      first = end;
    }
    parts.add(Part.at("norm", new LayerNorm(width(depths.size() - 1), EPS)));
    return parts;
  }

  private static int side(Scope scope, SDVariable x) {
    return (int) Math.sqrt((double) scope.shape(x)[1]);
  }

  private SDVariable embedding(Scope scope, SDVariable image) {
    var embedding = tokens.embedding(setup.imageSize(), setup.channels(), dim);
    SDVariable x = scope.call("patch_embed", embedding, image); // [B, N, C]
    int tokenCount = (int) scope.shape(x)[1];
    if (absolutePositions) {
      x = x.add(scope.parameter(POSITIONS, Initializer.truncatedNormal(0.02), 1, tokenCount, dim));
    }
    return scope.call("pos_drop", new Dropout(setup.drop()), x);
  }

  private SwinStage stage(int index, int side, double[] dropPath) {
    int width = width(index);
    return new SwinStage(
        side,
        side,
        attention(width, heads.get(index)),
        window,
        (int) (width * mlpRatio),
        setup.drop(),
        Arrays.stream(dropPath).boxed().toList(),
        index < depths.size() - 1);
  }

  private MultiHeadAttention attention(int width, int number) {
    double drop = setup.attentionDrop(); // which the windows refuse
    return scale == 0
        ? new MultiHeadAttention(width, number, qkvBias, drop, 0)
        : new MultiHeadAttention(width, number, qkvBias, scale, drop, 0);
  }

  private int width(int stage) {
    return dim << stage;
  }

  @Override
  public int classTokens() {
    return 0;
  }

  @Override
  public List<SDVariable> head(Scope scope, SDVariable features) {
    if (wordTokens.isPresent()) {
      return wordTokens.get().logits(scope.child("classifier"), features, setup.classes());
    }
    int width = width(depths.size() - 1);
    SDVariable mean = scope.call("avgpool", new GlobalAveragePooling(width), features);
    return List.of(scope.call("head", new Linear(width, setup.classes()), mean));
  }

  @Override
  public List<String> classifier() {
    return List.of(wordTokens.isPresent() ? "classifier" : "head");
  }

  @Override
  public List<String> intermediates() {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < depths.size(); i++) {
      for (int j = 0; j < depths.get(i); j++) {
        paths.add("layers.%d.blocks.%d".formatted(i, j));
      }
    }
    return paths;
  }

  @Override
  public Set<String> noWeightDecay() {
    return Set.of(POSITIONS, "relative_position_bias_table");
  }

  /** A merging belongs to the block after it, as in timm. */
  @Override
  public LayerGroups layerGroups() {
    List<List<String>> groups = new ArrayList<>();
    groups.add(List.of(POSITIONS, "patch_embed"));
    for (String block : intermediates()) {
      groups.add(new ArrayList<>(List.of(block)));
    }
    int next = 1;
    for (int i = 0; i < depths.size() - 1; i++) {
      next += depths.get(i);
      groups.get(next).add("layers.%d.downsample".formatted(i));
    }
    groups.getLast().add("norm");
    groups.add(classifier());
    return new LayerGroups(groups);
  }
}
