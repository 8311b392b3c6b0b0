package org.sotdl4j.zoo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.BlockStack;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.DenseNetTokens;
import org.sotdl4j.layers.Dropout;
import org.sotdl4j.layers.Initializer;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.Part;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.SinusoidPositions;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.layers.TokenPooling;
import org.sotdl4j.layers.TokenSequence;
import org.sotdl4j.layers.TokenStyle;
import org.sotdl4j.layers.Tokens;
import org.sotdl4j.layers.WordTokensHead;

/**
 * SoT, the second-order vision transformer: "SoT: Delving deeper into classification head for
 * transformer" (Xie et al., arXiv 2104.10935v2). Hierarchical tokens, transformer blocks, and a
 * head that pools the word tokens by their normalised cross-covariance beside the class token.
 *
 * @param setup input and classes
 * @param dim C
 * @param depth number of blocks
 * @param heads attention heads
 * @param mlpRatio width inside the MLP in units of C
 * @param qkvBias whether q, k and v have biases
 * @param tokens how tokens are made
 * @param classification the head
 * @param input how pictures are prepared
 */
public record SoT(
    Setup setup,
    int dim,
    int depth,
    int heads,
    double mlpRatio,
    boolean qkvBias,
    TokenStyle tokens,
    ClassificationHead classification,
    InputSpec input)
    implements Model {

  private static final double EPS = 1e-5;

  static final Family FAMILY =
      new Family(
          "SoT",
          "Xie et al., SoT: Delving deeper into classification head for transformer, 2021",
          "jiangtaoxie/SoT sot_src/sot.py",
          List.of(
              new Variant("sot_tiny", official(240, 12, 4, 2.5, 6, 14, 0)),
              new Variant("sot_small", official(384, 14, 6, 3.5, 6, 24, 0.5)),
              new Variant("sot_base", official(528, 24, 8, 3, 6, 38, 0.7)),
              // "DeiT + ours". For S the paper has SoT-Small's row; T's and B's poolings are those
              // that its figures leave.
              new Variant("deit_t_sot", official(192, 12, 3, 4, 6, 14, 0)),
              new Variant("deit_s_sot", official(384, 14, 6, 3.5, 6, 24, 0.5)),
              new Variant("deit_b_sot", official(768, 12, 12, 4, 12, 26, 0.7)),
              new Variant(
                  "sot_nano",
                  nano(
                      new DenseNetTokens(32, true, 2, 16, 64, true),
                      new MultiHeadPooling(64, 4, 12, false, SvPn.standard(12), 0)))));

  private static SoT official(
      int dim, int depth, int heads, double mlpRatio, int poolHeads, int wrDim, double regular) {
    return imageNet(
        dim,
        depth,
        heads,
        mlpRatio,
        new DenseNetTokens(64, false),
        new MultiHeadPooling(dim, poolHeads, wrDim, false, SvPn.standard(wrDim), regular));
  }

  /** For ImageNet, with the settings that all released models share. */
  static SoT imageNet(
      int dim, int depth, int heads, double mlpRatio, TokenStyle tokens, TokenPooling pooling) {
    return new SoT(
        Setup.IMAGENET,
        dim,
        depth,
        heads,
        mlpRatio,
        false,
        tokens,
        new Classifier(dim, pooling),
        InputSpec.imageNet(224, 0.875));
  }

  /** For pictures of 28 pixels: 7x7 tokens of width 64. */
  static SoT nano(TokenStyle tokens, TokenPooling pooling) {
    return new SoT(
        Setup.of(28, 3, 10),
        64,
        2,
        4,
        2,
        false,
        tokens,
        new Classifier(64, pooling),
        InputSpec.small(28));
  }

  @Override
  public SoT with(Setup newSetup) {
    return new SoT(
        newSetup,
        dim,
        depth,
        heads,
        mlpRatio,
        qkvBias,
        tokens,
        classification,
        input.withSize(newSetup.imageSize()));
  }

  @Override
  public List<Part> trunk() {
    var attention =
        new MultiHeadAttention(dim, heads, qkvBias, setup.attentionDrop(), setup.drop());
    int hidden = (int) (dim * mlpRatio);
    var blocks = new BlockStack(attention, depth, hidden, EPS, setup.drop(), setup.dropPath());
    List<Part> parts = new ArrayList<>(List.of(new Part("embedding", this::embedding)));
    parts.addAll(blocks.parts());
    return parts;
  }

  private SDVariable embedding(Scope scope, SDVariable image) {
    SDVariable classToken =
        scope.parameter("cls_token", Initializer.truncatedNormal(0.02), 1, 1, dim);
    var embedding = tokens.embedding(setup.imageSize(), setup.channels(), dim);
    SDVariable x = scope.call("visual_tokens", embedding, image); // [B, N, C]
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
    TokenSequence sequence = TokenSequence.of(features);
    if (classification instanceof WordTokensHead) {
      sequence = sequence.from(scope, 1);
    }
    return classification.logits(scope.child("classifier"), sequence, setup.classes());
  }

  @Override
  public SequencedMap<String, String> branches() {
    SequencedMap<String, String> branches = new LinkedHashMap<>();
    if (classification instanceof Classifier c
        && (c.fusion() == Classifier.Fusion.SUM_FC || c.fusion() == Classifier.Fusion.SUM_LOSS)) {
      branches.put("class token", "classifier.cls_fc");
      branches.put("word tokens", "classifier.visual_fc");
    }
    return branches;
  }

  @Override
  public List<String> classifier() {
    return List.of("classifier");
  }

  @Override
  public List<String> intermediates() {
    return BlockStack.paths(depth);
  }

  @Override
  public Set<String> noWeightDecay() {
    return Set.of("cls_token", "pos_embed");
  }

  @Override
  public LayerGroups layerGroups() {
    return LayerGroups.of(
        List.of("cls_token", "visual_tokens"),
        BlockStack.paths(depth),
        List.of("norm"),
        classifier());
  }
}
