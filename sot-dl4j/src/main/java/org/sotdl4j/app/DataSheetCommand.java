package org.sotdl4j.app;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.sotdl4j.app.train.DataSource;
import org.sotdl4j.app.train.PictureOptions;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.Interpolation;
import org.sotdl4j.datasets.Normalize;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Sample;
import org.sotdl4j.datasets.Transform;
import org.sotdl4j.datasets.Transforms;
import org.sotdl4j.layers.CounterRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot data sheet}. */
@Command(
    name = "sheet",
    description = {
      "Write a contact sheet of training pictures: each row shows one as it is evaluated, then as"
          + " training sees it, augmented again and again."
    })
final class DataSheetCommand implements Callable<Integer> {

  private static final int GAP = 4;

  /** Further gap behind the first column, whose pictures are not augmented. */
  private static final int APART = 12;

  /** A cell has this side at least; smaller pictures are enlarged by a whole number. */
  private static final int LEAST_CELL = 96;

  @Parameters(paramLabel = "DATA", description = "A data set, as 'sot train' takes it.")
  private String data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The picture to write, a PNG file.")
  private Path out;

  @Option(
      names = "--img-size",
      paramLabel = "PIXELS",
      description = "Side of the input; default: ${DEFAULT-VALUE}")
  private int size = 224;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Pictures of the data set; default: ${DEFAULT-VALUE}")
  private int rows = 6;

  @Option(
      names = "--columns",
      paramLabel = "N",
      description = "Augmentations of each; default: ${DEFAULT-VALUE}")
  private int columns = 7;

  @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  private long seed = 42;

  @Mixin private PictureFlags pictures;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    positive("--img-size", size);
    positive("--rows", rows);
    positive("--columns", columns);
    PictureOptions options = pictures.options();
    Path folder = out.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw wrong("There is no folder %s for --out".formatted(folder));
    }
    Dataset train = DataSource.open(data).train();
    BufferedImage sheet = sheet(train, options);
    ImageIO.write(sheet, "png", out.toFile());
    spec.commandLine().getOut().println(out);
    return 0;
  }

  private BufferedImage sheet(Dataset train, PictureOptions options) {
    int enlarged = Math.ceilDiv(LEAST_CELL, size);
    int cell = size * enlarged + GAP;
    var sheet =
        new BufferedImage(
            cell * (columns + 1) + APART + GAP, cell * rows + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    Interpolation interpolation = options.interpolation().orElse(Interpolation.BICUBIC);
    Transform plain = Transforms.evaluation(size, options.cropPct().orElse(1.0), interpolation);
    Transform augment =
        options.augmentation().transform(size, Normalize.IMAGENET.mean(), interpolation);
    RandomGenerator choice = CounterRandom.of(seed, "sheet");
    for (int row = 0; row < rows; row++) {
      Sample sample = readable(train, choice);
      for (int column = 0; column <= columns; column++) {
        RandomGenerator random = CounterRandom.of(seed, "sheet", row, column);
        Picture shown =
            column == 0
                ? plain.apply(sample.picture(), random)
                : erased(augment.apply(sample.picture(), random), options, random);
        int left = GAP + column * cell + (column == 0 ? 0 : APART);
        draw(sheet, shown, left, GAP + row * cell, enlarged);
      }
    }
    graphics.dispose();
    return sheet;
  }

  /** A picture of the data set that can be read. */
  private static Sample readable(Dataset data, RandomGenerator choice) {
    for (int attempt = 0; attempt < 100; attempt++) {
      try {
        return data.get(choice.nextInt(data.size()));
      } catch (BadPictureException _) {
        // another one, then
      }
    }
    throw new UserException("Of 100 training pictures none can be read.");
  }

  /** Erasing works on normalized numbers; here they are made a picture again. */
  private static Picture erased(Picture picture, PictureOptions options, RandomGenerator random) {
    float[] values = new float[picture.rgb().length];
    Normalize.IMAGENET.apply(picture, values, 0);
    options.augmentation().erasing().apply(values, 0, picture.width(), picture.height(), random);
    byte[] rgb = new byte[values.length];
    List<Float> mean = Normalize.IMAGENET.mean();
    List<Float> std = Normalize.IMAGENET.std();
    int pixels = picture.width() * picture.height();
    for (int c = 0; c < Picture.CHANNELS; c++) {
      for (int i = 0; i < pixels; i++) {
        float value = values[c * pixels + i] * std.get(c) + mean.get(c);
        rgb[Picture.CHANNELS * i + c] = (byte) Math.clamp(Math.round(value * 255), 0, 255);
      }
    }
    return new Picture(picture.width(), picture.height(), rgb);
  }

  private static void draw(BufferedImage sheet, Picture picture, int left, int top, int enlarged) {
    byte[] rgb = picture.rgb();
    for (int y = 0; y < picture.height() * enlarged; y++) {
      for (int x = 0; x < picture.width() * enlarged; x++) {
        int at = Picture.CHANNELS * (y / enlarged * picture.width() + x / enlarged);
        sheet.setRGB(
            left + x,
            top + y,
            (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff));
      }
    }
  }

  private void positive(String option, int value) {
    if (value < 1) {
      throw wrong("%s must be 1 or more, not %d".formatted(option, value));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message + ".");
  }
}
