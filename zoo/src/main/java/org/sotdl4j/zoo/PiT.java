package org.sotdl4j.zoo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.ConvEmbedding;
import org.sotdl4j.layers.ConvHeadPooling;
import org.sotdl4j.layers.Dropout;
import org.sotdl4j.layers.Initializer;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.LayerNorm;
import org.sotdl4j.layers.Linear;
import org.sotdl4j.layers.MapAndTokens;
import org.sotdl4j.layers.MapAndTokensTransformer;
import org.sotdl4j.layers.MultiHeadAttention;
import org.sotdl4j.layers.Part;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.Tokens;

/**
 * PiT, the pooling-based vision transformer: "Rethinking spatial dimensions of vision transformers"
 * (Heo et al., 2021). Stages of transformer blocks on a map that becomes smaller and wider from
 * stage to stage; the class token goes along without a position. A distilled model has a second
 * token and a second head; in evaluation the two heads' logits are averaged.
 *
 * @param setup input and classes
 * @param patch side of a patch, pixels
 * @param stride from one patch to the next, pixels
 * @param stages from the input to the output
 * @param mlpRatio width inside the MLP in units of C
 * @param distilled whether there is a distillation token
 * @param input how pictures are prepared
 */
public record PiT(
    Setup setup,
    int patch,
    int stride,
    List<Stage> stages,
    double mlpRatio,
    boolean distilled,
    InputSpec input)
    implements Model {

  /**
   * Blocks of one width.
   *
   * @param headDim width of an attention head; C is this times the heads
   * @param depth number of blocks
   * @param heads attention heads
   */
  public record Stage(int headDim, int depth, int heads) {

    /** C. */
    int dim() {
      return headDim * heads;
    }
  }

  private static final Initializer TOKEN = Initializer.truncatedNormal(0.02);
  private static final double EPS = 1e-6;

  static final Family FAMILY =
      new Family(
          "PiT",
          "Heo et al., Rethinking spatial dimensions of vision transformers, 2021",
          "naver-ai/pit pit.py",
          List.of(
              new Variant("pit_ti", small(32, 2, false)),
              new Variant("pit_xs", small(48, 2, false)),
              new Variant("pit_s", small(48, 3, false)),
              new Variant("pit_b", base(false)),
              new Variant("pit_ti_distilled", small(32, 2, true)),
              new Variant("pit_xs_distilled", small(48, 2, true)),
              new Variant("pit_s_distilled", small(48, 3, true)),
              new Variant("pit_b_distilled", base(true)),
              new Variant("pit_nano", nano(false)),
              new Variant("pit_nano_distilled", nano(true))));

  private static PiT small(int headDim, int heads, boolean distilled) {
    return official(16, 8, stages(headDim, heads, 2, 6, 4), distilled);
  }

  private static PiT base(boolean distilled) {
    return official(14, 7, stages(64, 4, 3, 6, 4), distilled);
  }

  private static PiT official(int patch, int stride, List<Stage> stages, boolean distilled) {
    return new PiT(
        Setup.IMAGENET, patch, stride, stages, 4, distilled, InputSpec.imageNet(224, 0.9));
  }

  /** For pictures of 28 pixels: maps of 8x8, 4x4 and 2x2. */
  private static PiT nano(boolean distilled) {
    return new PiT(
        Setup.of(28, 3, 10), 6, 3, stages(16, 2, 1, 2, 1), 2, distilled, InputSpec.small(28));
  }

  /** Stages with twice the heads of the one before. */
  private static List<Stage> stages(int headDim, int heads, int... depths) {
    return IntStream.range(0, depths.length)
        .mapToObj(i -> new Stage(headDim, depths[i], heads << i))
        .toList();
  }

  @Override
  public PiT with(Setup newSetup) {
    return new PiT(
        newSetup, patch, stride, stages, mlpRatio, distilled, input.withSize(newSetup.imageSize()));
  }

  /** Between two parts the map's pixels follow the tokens in one tensor. */
  @Override
  public List<Part> trunk() {
    int n = classifier().size();
    List<Part> parts = new ArrayList<>();
    parts.add(part("embedding", (scope, image) -> embedding(scope, image).joined(scope)));
    body()
        .forEach((path, layer) ->
            parts.add(
                part(path, (scope, x) -> scope.call(path, new MapAndTokens.Joined(layer, n), x))));
    parts.add(part("norm", (scope, x) -> norm(scope, Tokens.before(scope, x, n))));
    return parts;
  }

  private static Part part(String name, Layer layer) {
    return new Part(name, (root, x) -> layer.apply(root.with(Linear.Start.UNIFORM), x));
  }

  /** Does what the parts of {@link #trunk} do, without joining and splitting between them. */
  @Override
  public SDVariable features(Scope root, SDVariable image) {
    Scope scope = root.with(Linear.Start.UNIFORM);
    MapAndTokens x = embedding(scope, image);
    for (var piece : body().entrySet()) {
      x = x.through(scope, piece.getKey(), piece.getValue());
    }
    return norm(scope, x.tokens());
  }

  private MapAndTokens embedding(Scope scope, SDVariable image) {
    int first = stages.getFirst().dim();
    var embedding = new ConvEmbedding(setup.channels(), first, patch, stride, 0);
    SDVariable map = scope.call("patch_embed", embedding, image); // [B, C, H, W]
    long[] shape = scope.shape(map);
    map = map.add(scope.parameter("pos_embed", TOKEN, 1, first, shape[2], shape[3]));
    map = scope.call("pos_drop", new Dropout(setup.drop()), map);
    SDVariable tokens = scope.parameter("cls_token", TOKEN, 1, classifier().size(), first);
    return new MapAndTokens(map, Tokens.forEach(scope, Tokens.of(scope, map), tokens));
  }

  /** The transformers and the poolings between them, by path. */
  private SequencedMap<String, MapAndTokens.Layer> body() {
    SequencedMap<String, MapAndTokens.Layer> body = new LinkedHashMap<>();
    for (int i = 0; i < stages.size(); i++) {
      if (i > 0) {
        var pooling = new ConvHeadPooling(stages.get(i - 1).dim(), stages.get(i).dim(), 2);
        body.put("pools." + (i - 1), pooling);
      }
      body.put("transformers." + i, transformer(i));
    }
    return body;
  }

  private SDVariable norm(Scope scope, SDVariable tokens) {
    return scope.call("norm", new LayerNorm(stages.getLast().dim(), EPS), tokens);
  }

  private MapAndTokensTransformer transformer(int i) {
    int dim = stages.get(i).dim();
    int total = stages.stream().mapToInt(Stage::depth).sum();
    int before = stages.subList(0, i).stream().mapToInt(Stage::depth).sum();
    // Unlike in the other families, the last block stays below the full rate.
    List<Double> dropPath =
        IntStream.range(before, before + stages.get(i).depth())
            .mapToObj(block -> setup.dropPath() * block / total)
            .toList();
    return new MapAndTokensTransformer(
        new MultiHeadAttention(
            dim, stages.get(i).heads(), true, setup.attentionDrop(), setup.drop()),
        (int) (dim * mlpRatio),
        EPS,
        setup.drop(),
        dropPath);
  }

  @Override
  public int classTokens() {
    return classifier().size();
  }

  @Override
  public List<SDVariable> head(Scope root, SDVariable features) {
    Scope scope = root.with(Linear.Start.UNIFORM);
    return TokenHeads.logits(scope, features, classifier(), setup.classes());
  }

  @Override
  public List<String> classifier() {
    return TokenHeads.names(distilled);
  }

  @Override
  public List<String> intermediates() {
    return IntStream.range(0, stages.size())
        .boxed()
        .flatMap(i ->
            IntStream.range(0, stages.get(i).depth())
                .mapToObj(block -> "transformers.%d.blocks.%d".formatted(i, block)))
        .toList();
  }

  @Override
  public Set<String> noWeightDecay() {
    return Set.of("pos_embed", "cls_token");
  }

  @Override
  public LayerGroups layerGroups() {
    return LayerGroups.byTwelve(this);
  }
}
