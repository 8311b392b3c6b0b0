package org.sotdl4j.zoo;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.BlockStack;
import org.sotdl4j.layers.Dropout;
import org.sotdl4j.layers.Initializer;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.Part;
import org.sotdl4j.layers.PatchTokens;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.Tokens;

/**
 * ViT and DeiT. "An image is worth 16x16 words" (Dosovitskiy et al., 2021); "Training
 * data-efficient image transformers and distillation through attention" (Touvron et al., 2021). A
 * distilled model has a second token and a second head; in evaluation the two heads' logits are
 * averaged.
 *
 * @param setup input and classes
 * @param patch side of a patch, pixels
 * @param dim C
 * @param depth number of blocks
 * @param heads attention heads
 * @param mlpRatio width inside the MLP in units of C
 * @param qkvBias whether q, k and v have biases
 * @param eps the layer norms' epsilon
 * @param distilled whether there is a distillation token
 * @param input how pictures are prepared
 */
public record VisionTransformer(
    Setup setup,
    int patch,
    int dim,
    int depth,
    int heads,
    double mlpRatio,
    boolean qkvBias,
    double eps,
    boolean distilled,
    InputSpec input)
    implements Model {

  private static final Initializer TOKEN = Initializer.truncatedNormal(0.02);

  static final Family FAMILY =
      new Family(
          "DeiT",
          "Touvron et al., Training data-efficient image transformers, 2021; Dosovitskiy et al., 2021",
          "facebookresearch/deit models.py; timm vision_transformer.py",
          List.of(
              new Variant("deit_tiny", deit(192, 3, false)),
              new Variant("deit_small", deit(384, 6, false)),
              new Variant("deit_base", deit(768, 12, false)),
              new Variant("deit_tiny_distilled", deit(192, 3, true)),
              new Variant("deit_small_distilled", deit(384, 6, true)),
              new Variant("deit_base_distilled", deit(768, 12, true)),
              new Variant("deit_base_384", deit384(false)),
              new Variant("deit_base_distilled_384", deit384(true)),
              new Variant("vit_tiny_16", vit(192, 3)),
              new Variant("vit_small_16", vit(384, 6)),
              new Variant("vit_base_16", vit(768, 12)),
              new Variant("vit_nano", nano(false)),
              new Variant("deit_nano_distilled", nano(true))));

  private static VisionTransformer deit(int dim, int heads, boolean distilled) {
    return sixteen(224, dim, heads, distilled, InputSpec.imageNet(224, 0.9));
  }

  private static VisionTransformer deit384(boolean distilled) {
    return sixteen(384, 768, 12, distilled, InputSpec.imageNet(384, 1));
  }

  /** The same network; the weights of Google's ViT expect another range of values. */
  private static VisionTransformer vit(int dim, int heads) {
    return sixteen(224, dim, heads, false, InputSpec.inception(224, 0.9));
  }

  /** With patches of 16 pixels. */
  private static VisionTransformer sixteen(
      int imageSize, int dim, int heads, boolean distilled, InputSpec input) {
    Setup setup = Setup.IMAGENET.withImageSize(imageSize);
    return new VisionTransformer(setup, 16, dim, 12, heads, 4, true, 1e-6, distilled, input);
  }

  /** For pictures of 28 pixels: 49 patches. */
  private static VisionTransformer nano(boolean distilled) {
    return new VisionTransformer(
        Setup.of(28, 3, 10), 4, 96, 4, 4, 2, true, 1e-6, distilled, InputSpec.small(28));
  }

  @Override
  public VisionTransformer with(Setup newSetup) {
    return new VisionTransformer(
        newSetup,
        patch,
        dim,
        depth,
        heads,
        mlpRatio,
        qkvBias,
        eps,
        distilled,
        input.withSize(newSetup.imageSize()));
  }

  @Override
  public List<Part> trunk() {
    var attention =
        new MultiHeadAttention(dim, heads, qkvBias, setup.attentionDrop(), setup.drop());
    int hidden = (int) (dim * mlpRatio);
    var blocks = new BlockStack(attention, depth, hidden, eps, setup.drop(), setup.dropPath());
    List<Part> parts = new ArrayList<>(List.of(new Part("embedding", this::embedding)));
    parts.addAll(blocks.parts());
    return parts;
  }

  private SDVariable embedding(Scope scope, SDVariable image) {
    List<SDVariable> tokens = new ArrayList<>();
    tokens.add(scope.parameter("cls_token", TOKEN, 1, 1, dim));
    if (distilled) {
      tokens.add(scope.parameter("dist_token", TOKEN, 1, 1, dim));
    }
    var embedding = new PatchTokens(patch).embedding(setup.imageSize(), setup.channels(), dim);
    SDVariable x = scope.call("patch_embed", embedding, image); // [B, N, C]
    x = Tokens.prepend(scope, x, tokens.toArray(SDVariable[]::new));
    x = x.add(scope.parameter("pos_embed", TOKEN, 1, scope.shape(x)[1], dim));
    return scope.call("pos_drop", new Dropout(setup.drop()), x);
  }

  @Override
  public int classTokens() {
    return classifier().size();
  }

  @Override
  public List<SDVariable> head(Scope scope, SDVariable features) {
    return TokenHeads.logits(scope, features, classifier(), setup.classes());
  }

  @Override
  public List<String> classifier() {
    return TokenHeads.names(distilled);
  }

  @Override
  public List<String> intermediates() {
    return BlockStack.paths(depth);
  }

  @Override
  public Set<String> noWeightDecay() {
    return Set.of("cls_token", "dist_token", "pos_embed");
  }

  @Override
  public LayerGroups layerGroups() {
    return LayerGroups.of(
        List.of("cls_token", "dist_token", "pos_embed", "patch_embed"),
        BlockStack.paths(depth),
        List.of("norm"),
        classifier());
  }
}
