package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.explain.Explainer;
import org.sotdl4j.app.explain.HeatMap;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.Picture;

/**
 * Whether the maps of models that have learned something are more than decoration, on pictures of
 * which we know where there is something to see: a shape somewhere in noise.
 *
 * <p>One training alone says little: with other seeds, and on other CPUs, the same model's maps are
 * once and four times as bright on the shape as elsewhere. So this looks at means.
 */
@Tag("slow")
class ExplainedRunTest {

  private static final int SIDE = 32;
  private static final int SHAPE = 11;
  private static final int SEEDS = 3;
  private static final List<String> SHAPES = List.of("checker", "cross", "disc", "ring");

  @TempDir private Path folder;

  /** A picture and where its shape's upper left corner is. */
  private record Example(BufferedImage image, int left, int top) {

    static Example of(String shape, Random random) {
      var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      int left = random.nextInt(SIDE - SHAPE);
      int top = random.nextInt(SIDE - SHAPE);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          boolean light = isInside(x - left, y - top) && isLight(shape, x - left, y - top);
          int grey = light ? 180 + random.nextInt(75) : random.nextInt(100);
          image.setRGB(x, y, grey << 16 | grey << 8 | grey);
        }
      }
      return new Example(image, left, top);
    }

    private static boolean isInside(int x, int y) {
      return 0 <= x && x < SHAPE && 0 <= y && y < SHAPE;
    }

    private static boolean isLight(String shape, int x, int y) {
      int middle = SHAPE / 2;
      double radius = Math.hypot(x - middle, y - middle);
      return switch (shape) {
        case "checker" -> (x / 3 + y / 3) % 2 == 0;
        case "cross" -> Math.abs(x - middle) < 2 || Math.abs(y - middle) < 2;
        case "disc" -> radius < 5.2;
        default -> radius > 3 && radius < 5.6;
      };
    }

    /** The map's mean on the shape by its mean on the whole picture; 1 where it means nothing. */
    double hit(HeatMap map) {
      double inside = 0;
      double all = 0;
      int places = 0;
      for (int i = 0; i < map.values().length; i++) {
        int x = (2 * (i % map.columns()) + 1) * SIDE / (2 * map.columns());
        int y = (2 * (i / map.columns()) + 1) * SIDE / (2 * map.rows());
        all += map.values()[i];
        if (isInside(x - left, y - top)) {
          inside += map.values()[i];
          places++;
        }
      }
      return all == 0 ? 1 : inside / places / (all / map.values().length);
    }
  }

  @Test
  void mapsAreBrightOnTheShapes() throws IOException {
    Path data = folder.resolve("data");
    examples(data.resolve("train"), 300, 1);
    List<Example> val = examples(data.resolve("val"), 50, 2);
    assertThat(hits("vit_nano", data, val).get(Explainer.ALL)).isGreaterThan(2);
    assertThat(hits("sot_nano", data, val))
        .hasEntrySatisfying("class token", hit -> assertThat(hit).isGreaterThan(1.5))
        .hasEntrySatisfying("word tokens", hit -> assertThat(hit).isGreaterThan(1.1))
        .hasEntrySatisfying(Explainer.ALL, hit -> assertThat(hit).isGreaterThan(1.1));
  }

  /** The means over the trainings, by branch. */
  private Map<String, Double> hits(String model, Path data, List<Example> val) {
    Map<String, Double> means = new TreeMap<>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      Path run = folder.resolve(model + seed);
      CommandLineRun trained =
          CommandLineRun.of(
              "train",
              data.toString(),
              "--output",
              run.toString(),
              "--model",
              model,
              "--seed",
              Integer.toString(seed),
              "--epochs",
              "6");
      assertThat(trained.exitCode()).as(trained.err()).isZero();
      Map<String, Double> hits = hits(run, val);
      System.out.printf("%s, seed %d: %s%n", model, seed, hits);
      hits.forEach((branch, hit) -> means.merge(branch, hit / SEEDS, Double::sum));
    }
    return means;
  }

  private static Map<String, Double> hits(Path run, List<Example> examples) {
    Map<String, Double> means = new TreeMap<>();
    try (SavedModel saved = SavedModel.open(run);
        Explainer explainer = new Explainer(saved)) {
      for (Example example : examples) {
        for (Explainer.Branch branch : explainer.look(Picture.of(example.image)).branches()) {
          means.merge(branch.name(), example.hit(branch.map()) / examples.size(), Double::sum);
        }
      }
    }
    return means;
  }

  private static List<Example> examples(Path split, int ofEach, long seed) throws IOException {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (String shape : SHAPES) {
      Path files = Files.createDirectories(split.resolve(shape));
      for (int i = 0; i < ofEach; i++) {
        Example example = Example.of(shape, random);
        ImageIO.write(example.image, "png", files.resolve(i + ".png").toFile());
        examples.add(example);
      }
    }
    return examples;
  }
}
