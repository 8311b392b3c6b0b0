package org.sotdl4j.zoo;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.BatchNorm2d;
import org.sotdl4j.layers.Conv2d;
import org.sotdl4j.layers.ConvMerging;
import org.sotdl4j.layers.ConvStem;
import org.sotdl4j.layers.DropPath;
import org.sotdl4j.layers.Dropout;
import org.sotdl4j.layers.GlobalAvgPool2d;
import org.sotdl4j.layers.Linear;
import org.sotdl4j.layers.MapAttention;
import org.sotdl4j.layers.Part;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.SuperTokenAttention;
import org.sotdl4j.layers.SuperTokenBlock;
import org.sotdl4j.layers.Swish;

/**
 * STViT: "Vision transformer with super token sampling" (Huang et al., 2023). Stages of blocks that
 * attend among super tokens, on maps that become smaller and wider; no class token.
 *
 * @param setup input and classes
 * @param stages from the input to the output
 * @param mlpRatio width inside the feed-forward half in units of C
 * @param qkvBias whether q, k and v have biases
 * @param projection channels before the classifier
 * @param input how pictures are prepared
 */
public record STViT(
    Setup setup,
    List<Stage> stages,
    double mlpRatio,
    boolean qkvBias,
    int projection,
    InputSpec input)
    implements Model {

  /**
   * Blocks of one width.
   *
   * @param dim C
   * @param depth number of blocks
   * @param heads attention heads
   * @param iterations of the super tokens' association
   * @param cellHeight pixels that make a super token, from top to bottom
   * @param cellWidth pixels that make a super token, from left to right
   * @param layerScale where the factors on the branches begin, 0 for no such factors
   */
  public record Stage(
      int dim,
      int depth,
      int heads,
      int iterations,
      int cellHeight,
      int cellWidth,
      double layerScale) {

    /** With square cells and one iteration. */
    Stage(int dim, int depth, int heads, int cell, double layerScale) {
      this(dim, depth, heads, 1, cell, cell, layerScale);
    }
  }

  private static final List<Stage> SMALL =
      List.of(
          new Stage(64, 3, 1, 8, 0),
          new Stage(128, 5, 2, 4, 0),
          new Stage(320, 9, 5, 1, 0),
          new Stage(512, 3, 8, 1, 0));

  private static final List<Stage> BASE =
      List.of(
          new Stage(96, 4, 2, 8, 0),
          new Stage(192, 6, 3, 4, 0),
          new Stage(384, 14, 6, 1, 1e-6),
          new Stage(512, 6, 8, 1, 1e-6));

  private static final List<Stage> LARGE =
      List.of(
          new Stage(96, 4, 2, 8, 0),
          new Stage(192, 7, 3, 4, 0),
          new Stage(448, 19, 7, 1, 1e-6),
          new Stage(640, 8, 10, 1, 1e-6));

  /** For pictures of 28 pixels: maps of 7x7, which the cells do not divide, 4x4 and 2x2. */
  private static final List<Stage> NANO =
      List.of(new Stage(24, 1, 1, 3, 0), new Stage(48, 1, 2, 2, 0), new Stage(96, 1, 4, 1, 1e-2));

  static final Family FAMILY =
      new Family(
          "STViT",
          "Huang et al., Vision transformer with super token sampling, 2023",
          "hhb072/STViT models/stvit.py",
          List.of(
              new Variant("stvit_small", official(SMALL, 224, 0.875)),
              new Variant("stvit_base", official(BASE, 224, 0.875)),
              new Variant("stvit_large", official(LARGE, 224, 0.875)),
              new Variant("stvit_small_384", official(SMALL, 384, 1)),
              new Variant("stvit_base_384", official(BASE, 384, 1)),
              new Variant("stvit_large_384", official(LARGE, 384, 1)),
              new Variant(
                  "stvit_nano",
                  new STViT(Setup.of(28, 3, 10), NANO, 4, true, 128, InputSpec.small(28)))));

  private static STViT official(List<Stage> stages, int size, double cropPct) {
    Setup setup = Setup.IMAGENET.withImageSize(size);
    return new STViT(setup, stages, 4, true, 1024, InputSpec.imageNet(size, cropPct));
  }

  @Override
  public STViT with(Setup newSetup) {
    return new STViT(
        newSetup, stages, mlpRatio, qkvBias, projection, input.withSize(newSetup.imageSize()));
  }

  @Override
  public List<Part> trunk() {
    List<Part> parts = new ArrayList<>(List.of(new Part("embedding", this::embedding)));
    for (int i = 0; i < stages.size(); i++) {
      int stage = i;
      parts.add(Part.at("layers." + i, (scope, map) -> stage(scope, map, stage)));
    }
    parts.add(new Part("projection", this::projection));
    return parts;
  }

  private SDVariable embedding(Scope scope, SDVariable image) {
    var stem = new ConvStem(setup.channels(), stages.getFirst().dim());
    SDVariable x = scope.call("patch_embed", stem, image); // [B, C, H, W]
    return scope.call("pos_drop", new Dropout(setup.drop()), x);
  }

  private SDVariable projection(Scope scope, SDVariable map) {
    var convolution = new Conv2d(stages.getLast().dim(), projection, 1, 1, 0, true);
    SDVariable x = scope.call("proj", convolution, map);
    x = scope.call("norm", new BatchNorm2d(projection), x);
    return scope.call("swish", new Swish(), x);
  }

  private SDVariable stage(Scope scope, SDVariable x, int i) {
    Stage stage = stages.get(i);
    int total = stages.stream().mapToInt(Stage::depth).sum();
    int before = stages.subList(0, i).stream().mapToInt(Stage::depth).sum();
    double[] dropPath = DropPath.linear(setup.dropPath(), total);
    var attention =
        new SuperTokenAttention(
            stage.dim,
            stage.cellHeight,
            stage.cellWidth,
            stage.iterations,
            new MapAttention(stage.dim, stage.heads, qkvBias, setup.attentionDrop(), setup.drop()));
    int hidden = (int) (stage.dim * mlpRatio);
    for (int block = 0; block < stage.depth; block++) {
      double rate = dropPath[before + block];
      x =
          scope.call(
              "blocks." + block,
              new SuperTokenBlock(attention, hidden, setup.drop(), rate, stage.layerScale),
              x);
    }
    return i + 1 < stages.size()
        ? scope.call("downsample", new ConvMerging(stage.dim, stages.get(i + 1).dim), x)
        : x;
  }

  @Override
  public int classTokens() {
    return 0;
  }

  @Override
  public List<SDVariable> head(Scope scope, SDVariable features) {
    SDVariable pooled = scope.call("avgpool", new GlobalAvgPool2d(), features);
    return List.of(
        scope.call(
            "head", new Linear(projection, setup.classes()), pooled.reshape(-1, projection)));
  }

  @Override
  public List<String> classifier() {
    return List.of("head");
  }

  @Override
  public List<String> intermediates() {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      paths.addAll(blocks(i));
    }
    return paths;
  }

  private List<String> blocks(int i) {
    return Stream.iterate(0, block -> block + 1)
        .limit(stages.get(i).depth)
        .map(block -> "layers.%d.blocks.%d".formatted(i, block))
        .toList();
  }

  /** The official list names tables that this model does not have. */
  @Override
  public Set<String> noWeightDecay() {
    return Set.of();
  }

  /** A downsampling belongs to the block before it. */
  @Override
  public LayerGroups layerGroups() {
    List<List<String>> groups = new ArrayList<>();
    groups.add(List.of("patch_embed"));
    for (int i = 0; i < stages.size(); i++) {
      List<String> after =
          i + 1 < stages.size()
              ? List.of("layers.%d.downsample".formatted(i))
              : List.of("proj", "norm");
      List<String> blocks = blocks(i);
      blocks.subList(0, blocks.size() - 1).forEach(block -> groups.add(List.of(block)));
      groups.add(Stream.concat(Stream.of(blocks.getLast()), after.stream()).toList());
    }
    groups.add(classifier());
    return new LayerGroups(groups);
  }
}
