package org.sotdl4j.app.explain;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.app.report.Chart;
import org.sotdl4j.app.report.Curve;
import org.sotdl4j.app.report.Html;
import org.sotdl4j.app.report.Numbers;
import org.sotdl4j.app.report.Page;
import org.sotdl4j.app.report.Png;
import org.sotdl4j.app.train.Evaluator;
import org.sotdl4j.app.train.Pipeline;
import org.sotdl4j.app.train.Ranking;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.PiT;
import org.sotdl4j.zoo.STViT;
import org.sotdl4j.zoo.T2TViT;
import org.sotdl4j.zoo.VisionTransformer;

/**
 * The page of {@code sot explain}: what a model looks at in pictures, and what its family has to
 * show of its inside.
 */
public final class ExplainPage implements AutoCloseable {

  private static final String ASSOCIATION = ".attn.association.";

  private final SavedModel saved;
  private final Optional<SavedModel> beside;
  private final Explainer explainer;
  private final Optional<Explainer> explainerBeside;
  private final Evaluator evaluator;
  private final List<String> sections = new ArrayList<>();
  private final List<Occlusion> occlusions = new ArrayList<>();

  /**
   * Writes the models' graphs; the models are the caller's to close, after this.
   *
   * @param beside a model whose feature maps are shown beside the other's
   */
  public ExplainPage(SavedModel saved, Optional<SavedModel> beside) {
    this.saved = saved;
    this.beside = beside;
    this.explainer = new Explainer(saved, path -> isShown(saved.model(), path));
    this.explainerBeside =
        beside.map(other -> new Explainer(other, path -> features(other.model()).contains(path)));
    this.evaluator = Evaluator.frozen(saved.model(), saved.parameters(), saved.engine());
  }

  private static boolean isShown(Model model, String path) {
    return BlockAttention.isAttention(model, path)
        || path.contains(ASSOCIATION)
        || features(model).contains(path)
        || pools(model).contains(path)
        || (model instanceof STViT && model.intermediates().contains(path));
  }

  /** The layers whose channels are shown, from early to late. */
  private static List<String> features(Model model) {
    List<String> blocks = model.intermediates();
    return switch (model) {
      case T2TViT _ ->
          List.of(
              "tokens_to_token.attention1",
              "tokens_to_token.attention2",
              blocks.getFirst(),
              blocks.getLast());
      case VisionTransformer _ ->
          List.of(blocks.getFirst(), blocks.get(blocks.size() / 2), blocks.getLast());
      default -> List.of();
    };
  }

  /** The maps that PiT's stages end with. */
  private static List<String> pools(Model model) {
    return model instanceof PiT pit
        ? IntStream.range(0, pit.stages().size()).mapToObj("transformers.%d#0"::formatted).toList()
        : List.of();
  }

  /** Explains a picture, which becomes a section of the page. */
  public void add(String name, Picture original) {
    Explainer.Look look = explainer.look(original);
    Occlusion occlusion =
        Occlusion.of(
            evaluator,
            Pipeline.normalize(saved.input()),
            look.picture(),
            look.all().map(),
            look.target());
    occlusions.add(occlusion);
    String title =
        "%s: %s, %s"
            .formatted(
                name,
                className(look.target()),
                Numbers.percent(look.all().probabilities()[look.target()]));
    sections.add(
        Page.section(
            Html.escape(title),
            branches(look)
                + attention(look)
                + tessellations(look)
                + pooling(look)
                + featureMaps(saved, look)
                + explainerBeside
                    .map(other -> featureMaps(beside.orElseThrow(), other.look(original)))
                    .orElse("")
                + evidence(occlusion)));
  }

  private String className(int index) {
    return saved.classes().get(index);
  }

  private String branches(Explainer.Look look) {
    List<String> figures = new ArrayList<>();
    figures.add(figure(look.picture().image(), "as the model sees it", ""));
    for (Explainer.Branch branch : look.branches()) {
      int first = Ranking.top(branch.probabilities(), 1)[0];
      figures.add(
          figure(
              branch.map().over(look.picture()),
              branch.name(),
              "says %s, %s"
                  .formatted(className(first), Numbers.percent(branch.probabilities()[first]))));
    }
    return group(
        "Where it looks for this class",
        "Activations weighted by their gradient; the brighter, the more a place speaks for the answer.",
        figures);
  }

  private String attention(Explainer.Look look) {
    List<BlockAttention> blocks = BlockAttention.of(saved.model(), look.outputs());
    if (blocks.isEmpty()) {
      return "";
    }
    List<String> figures = new ArrayList<>();
    figures.add(
        figure(
            BlockAttention.rollout(blocks).over(look.picture()), "rollout", "through all blocks"));
    List<HeatMap> heads = blocks.getLast().ofHeads();
    for (int head = 0; head < heads.size(); head++) {
      figures.add(
          figure(heads.get(head).over(look.picture()), "head " + (head + 1), "of the last block"));
    }
    return group(
        "Attention",
        "Rollout multiplies the attention of all blocks, and does not know which class is asked for.",
        figures);
  }

  private String tessellations(Explainer.Look look) {
    if (!(saved.model() instanceof STViT model)) {
      return "";
    }
    StringBuilder html = new StringBuilder();
    for (int i = 0; i < model.stages().size(); i++) {
      STViT.Stage stage = model.stages().get(i);
      if (stage.cellHeight() * stage.cellWidth() == 1) {
        continue;
      }
      String blocks = "layers.%d.blocks.".formatted(i);
      INDArray map = look.outputs().get(blocks + 0);
      int height = (int) map.size(2);
      int width = (int) map.size(3);
      List<String> figures = new ArrayList<>();
      figures.addAll(figures(look, Tessellation.grid(stage, height, width), "grid"));
      for (int block = 0; block < stage.depth(); block++) {
        for (int k = 0; k < stage.iterations(); k++) {
          INDArray shares = look.outputs().get(blocks + block + ASSOCIATION + k);
          figures.addAll(
              figures(
                  look,
                  Tessellation.of(stage, shares, height, width),
                  "block %d, iteration %d".formatted(block + 1, k + 1)));
        }
      }
      html.append(
          group(
              "Super tokens of stage %d".formatted(i + 1),
              "Each of the %d x %d pixels of the map belongs most to one of %d super tokens. Each block starts from the grid."
                  .formatted(height, width, shares(look, blocks + 0)),
              figures));
    }
    return html.toString();
  }

  private static long shares(Explainer.Look look, String block) {
    return look.outputs().get(block + ASSOCIATION + 0).size(1);
  }

  private static List<String> figures(Explainer.Look look, Tessellation tessellation, String name) {
    return List.of(
        figure(tessellation.over(look.picture(), false), name, "borders"),
        figure(tessellation.over(look.picture(), true), name, "mean colours"));
  }

  private String pooling(Explainer.Look look) {
    List<String> figures =
        pools(saved.model()).stream()
            .map(path -> {
              INDArray map = look.outputs().get(path);
              return figure(
                  FeatureMaps.of(map, 0).norms().over(look.picture()),
                  "stage " + (1 + Character.digit(path.charAt("transformers.".length()), 10)),
                  "%d x %d tokens of width %d".formatted(map.size(2), map.size(3), map.size(1)));
            })
            .toList();
    return figures.isEmpty()
        ? ""
        : group(
            "Pooled tokens",
            "The length of each token at the end of a stage, before the next pooling.",
            figures);
  }

  private static String featureMaps(SavedModel model, Explainer.Look look) {
    List<String> figures = new ArrayList<>();
    for (String path : features(model.model())) {
      INDArray output = look.outputs().get(path);
      if (output == null) {
        continue; // a T2T-ViT without soft splits
      }
      boolean isMap = path.startsWith("tokens_to_token");
      FeatureMaps maps = FeatureMaps.of(output, isMap ? 0 : model.model().classTokens());
      boolean[] dead = maps.dead();
      long count = IntStream.range(0, dead.length).filter(c -> dead[c]).count();
      figures.add(
          figure(
              maps.sheet(),
              path,
              "%d of %d channels dead (%s)"
                  .formatted(count, dead.length, Numbers.percent((double) count / dead.length))));
    }
    return figures.isEmpty()
        ? ""
        : group(
            "Features of " + model.name(),
            "Some channels of layers from early to late. A dead channel (red) is the same everywhere: it varies by less than %s of the usual."
                .formatted(Numbers.shortPercent(FeatureMaps.DEAD)),
            "maps wide",
            figures);
  }

  private static String evidence(Occlusion o) {
    return "<h3>Do the bright places matter?</h3>\n<p class=\"note\">Places get the picture's mean"
        + " colour one after the other, or come back from it; the area under the curve is %s in order of brightness and %s in random orders when they go, %s and %s when they come.</p>\n"
            .formatted(
                area(o.deletion()),
                area(o.randomDeletion()),
                area(o.insertion()),
                area(o.randomInsertion()))
        + "<div class=\"charts\">\n"
        + chart("Probability as places go", o.deletion(), o.randomDeletion())
        + chart("Probability as places come", o.insertion(), o.randomInsertion())
        + "</div>\n";
  }

  private static String area(List<Double> curve) {
    return Numbers.format("0.000", Occlusion.area(curve));
  }

  private static String chart(String title, List<Double> hottest, List<Double> random) {
    return new Chart(
            title,
            "percent of places",
            probability -> Numbers.format("0.###%", probability),
            List.of(curve("brightest first", "val", hottest), curve("random", "rate", random)))
        .html();
  }

  private static Curve curve(String name, String hue, List<Double> values) {
    double last = values.size() - 1;
    return new Curve(
        name,
        hue,
        IntStream.range(0, values.size())
            .mapToObj(i -> new Curve.Point(100 * i / last, values.get(i)))
            .toList());
  }

  private static String group(String title, String note, List<String> figures) {
    return group(title, note, "maps", figures);
  }

  private static String group(String title, String note, String style, List<String> figures) {
    return "<h3>%s</h3>\n<p class=\"note\">%s</p>\n<div class=\"%s\">\n%s</div>\n"
        .formatted(Html.escape(title), Html.escape(note), style, String.join("", figures));
  }

  private static String figure(BufferedImage image, String name, String remark) {
    return """
    <figure><img src="%s" alt=""/><figcaption><strong>%s</strong><small>%s</small></figcaption></figure>
    """
        .formatted(Png.address(image), Html.escape(name), Html.escape(remark));
  }

  /** Writes the page with all pictures that were added. */
  public void write(Path file) throws IOException {
    String headline =
        Html.headline(
            Html.tile("Pictures", String.valueOf(sections.size()), ""),
            tile("Deletion", Occlusion::deletion, Occlusion::randomDeletion, "lower is better"),
            tile(
                "Insertion", Occlusion::insertion, Occlusion::randomInsertion, "higher is better"));
    new Page(
            "What the model looks at, " + saved.checkpoint(),
            saved.name(),
            headline,
            String.join("", sections))
        .write(file);
  }

  private String tile(
      String name,
      Function<Occlusion, List<Double>> curve,
      Function<Occlusion, List<Double>> random,
      String remark) {
    return Html.tile(
        name, mean(curve), "mean area; in random order %s; %s".formatted(mean(random), remark));
  }

  private String mean(Function<Occlusion, List<Double>> curve) {
    return Numbers.format(
        "0.000",
        occlusions.stream()
            .mapToDouble(o -> Occlusion.area(curve.apply(o)))
            .average()
            .orElse(Double.NaN));
  }

  @Override
  public void close() {
    evaluator.close();
    explainer.close();
    explainerBeside.ifPresent(Explainer::close);
  }
}
