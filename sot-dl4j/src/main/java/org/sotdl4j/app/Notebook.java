package org.sotdl4j.app;

import java.awt.Desktop;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.sotdl4j.app.predict.SotPredictor;
import org.sotdl4j.app.report.EpochMetrics;
import org.sotdl4j.app.report.HistoryImage;
import org.sotdl4j.app.report.MetricsCsv;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.PictureDecoder;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.Zoo;

/**
 * What {@code sot shell} and the scripts in {@code notebooks/} call by short names. Pictures are
 * written as PNG files, whose names are printed, and opened where there is a desktop.
 */
public final class Notebook {

  /** Smaller pictures are shown enlarged. */
  private static final int SMALL = 224;

  private Notebook() {}

  /**
   * A training that is done.
   *
   * @param run its folder
   * @param epochs what each epoch reached
   */
  public record History(Path run, List<EpochMetrics> epochs) {

    /** The best share of validation pictures whose class came first. */
    public double top1() {
      return epochs.stream().mapToDouble(EpochMetrics::valTop1).max().orElse(Double.NaN);
    }

    /** The best epoch's model, to be closed in the end. */
    public SotPredictor predictor() {
      return SotPredictor.load(run);
    }
  }

  /** A model of the zoo by its name, as {@code sot_tiny}. */
  public static Model model(String name) {
    return Zoo.get(name).model();
  }

  /**
   * Trains as {@code sot train} does.
   *
   * @param model its name in the zoo
   * @param data as {@code sot train} takes it: {@code fashion-mnist} or a folder
   * @param options of {@code sot train}, as {@code "--epochs", "3"}
   * @throws UserException if it fails; the reason is printed
   */
  public static History fit(String model, String data, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("train", data, "--model", model));
    arguments.addAll(List.of(options));
    StringWriter out = new StringWriter();
    int exitCode =
        Main.commandLine().setOut(new PrintWriter(out)).execute(arguments.toArray(String[]::new));
    if (exitCode != 0) {
      throw new UserException("the training of %s failed, as said above".formatted(model));
    }
    RunFolder run = new RunFolder(Path.of(out.toString().strip()));
    return new History(run.path(), MetricsCsv.read(run.metrics()));
  }

  /** Shows a picture file: JPEG, PNG or WebP. */
  public static Path show(Path image) throws IOException {
    return show(PictureDecoder.read(image));
  }

  /** Shows a picture. */
  public static Path show(Picture picture) throws IOException {
    int times = Math.max(1, SMALL / Math.max(picture.width(), picture.height()));
    BufferedImage shown =
        new BufferedImage(
            times * picture.width(), times * picture.height(), BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = shown.createGraphics();
    graphics.drawImage(picture.image(), 0, 0, shown.getWidth(), shown.getHeight(), null);
    graphics.dispose();
    return show(shown, Files.createTempFile("picture-", ".png"));
  }

  /** Draws the losses and accuracies of a training into its folder. */
  public static Path plot(History history) throws IOException {
    return show(HistoryImage.of(history.epochs()), history.run().resolve("history.png"));
  }

  private static Path show(BufferedImage image, Path file) throws IOException {
    save(image, file);
    System.out.println(file);
    if (!GraphicsEnvironment.isHeadless() && Desktop.isDesktopSupported()) {
      Desktop.getDesktop().open(file.toFile());
    }
    return file;
  }

  /** Writes a picture as PNG; makes its folder. */
  public static void save(Picture picture, Path file) throws IOException {
    save(picture.image(), file);
  }

  private static void save(BufferedImage image, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    ImageIO.write(image, "png", file.toFile());
  }
}
