package org.sotdl4j.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import javax.xml.xpath.XPathNodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sotdl4j.datasets.Picture;
import org.w3c.dom.Document;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {

  private static final double NONE = Double.NaN;

  private static final List<EpochMetrics> EPOCHS =
      List.of(
          new EpochMetrics(1, 1e-3, 2.25, 0.25, 2.0, 0.5, 0.75, 500, 30, 2, 0),
          new EpochMetrics(2, 5e-4, 1.5, 0.5, 1.25, 0.8125, 0.875, 510, 31, 1.5, 0),
          new EpochMetrics(3, 1e-4, 1.25, 0.625, 1.5, 0.75, 0.9375, 520, 32, 1, 0));

  private static final List<StepLoss> STEPS =
      IntStream.rangeClosed(1, 100).mapToObj(i -> new StepLoss(i, 1.0 / i)).toList();

  private static final List<String> CLASSES = List.of("shirt", "coat", "bag");

  /** Each sample tells its place, so that mixed up rows, columns or colours show. */
  private static Picture picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 7);
    }
    return new Picture(width, height, rgb);
  }

  private static final BufferedImage MAP = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);

  private static final Example RIGHT = new Example(picture(5, 7), MAP, "coat", "coat", 0.875);
  private static final Example WRONG = new Example(picture(11, 3), MAP, "shirt", "bag", 0.4375);

  @TempDir private Path folder;

  private static ReportData data(List<EpochMetrics> epochs) {
    return new ReportData(
        "Clothes",
        "sot_tiny",
        new LinkedHashMap<>(Map.of("Seed", "42")),
        epochs,
        STEPS,
        CLASSES,
        ConfusionMatrixTest.threeClasses(),
        List.of(RIGHT),
        List.of(WRONG),
        List.of("./sot eval", "./sot train --epochs 50"));
  }

  /** The page, which must be well-formed XML to be read. */
  private Document page(ReportData data) throws Exception {
    Path file = folder.resolve("report.html");
    Report.write(file, data);
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
  }

  private static List<String> find(Document page, String path) throws Exception {
    XPathNodes nodes =
        XPathFactory.newInstance().newXPath().evaluateExpression(path, page, XPathNodes.class);
    List<String> texts = new ArrayList<>();
    nodes.forEach(node -> texts.add(node.getTextContent()));
    return texts;
  }

  private static Stream<JsonNode> charts(Document page) throws Exception {
    return find(page, "//canvas/@data-chart").stream().map(JsonMapper.shared()::readTree);
  }

  private static Stream<String> hues(JsonNode chart) {
    return chart.at("/curves").valueStream().map(curve -> curve.at("/hue").asString());
  }

  @Test
  void theHeadlineHasTheBestEpochs() throws Exception {
    Document page = page(data(EPOCHS));

    assertThat(find(page, "/html/head/title")).containsExactly("sot_tiny – Clothes");
    assertThat(find(page, "//h1")).containsExactly("sot_tiny");
    assertThat(find(page, "//dl[@class='headline']//dd"))
        .containsExactly(
            "81.25%validation, epoch 2",
            "93.75%validation, epoch 3", "3", "1 min 33 s510 images/s in training");
  }

  @Test
  void chartsAndATableShowTheEpochs() throws Exception {
    Document page = page(data(EPOCHS));

    assertThat(find(page, "//figure[@class='chart']//strong"))
        .containsExactly(
            "Loss",
            "Accuracy",
            "Learning rate",
            "Throughput",
            "Gradient norm",
            "Loss of each step");
    assertThat(charts(page).flatMap(ReportTest::hues))
        .containsExactly("train", "val", "train", "val", "top5", "rate", "train", "train", "train");
    JsonNode loss = charts(page).findFirst().orElseThrow();
    assertThat(loss.at("/curves/1/name").asString()).isEqualTo("validation");
    assertThat(loss.at("/curves/1/points").toString())
        .isEqualTo("[[1.0,2.0],[2.0,1.25],[3.0,1.5]]");
    assertThat(loss.at("/number/maximumFractionDigits").asInt()).isEqualTo(4);
    JsonNode steps = charts(page).toList().getLast();
    assertThat(steps.at("/across").asString()).isEqualTo("step");
    assertThat(steps.at("/curves/0/points")).hasSize(100);
    assertThat(steps.at("/curves/0/points/49").toString()).isEqualTo("[50.0,0.02]");
    assertThat(find(page, "//details//tr[3]/td"))
        .containsExactly(
            "3", "1e-4", "1.2500", "62.50%", "1.5000", "75.00%", "93.75%", "1", "520", "32.0 s");
  }

  @Test
  void picturesAreInsideThePageAsTheyAre() throws Exception {
    Document page = page(data(EPOCHS));

    List<String> sources = find(page, "//img/@src");
    assertThat(sources).hasSize(4); // with their maps
    String png = sources.get(2).replaceFirst("^data:image/png;base64,", "");
    var image = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)));
    assertThat(image.getWidth()).isEqualTo(11);
    assertThat(image.getHeight()).isEqualTo(3);
    int at = 3 * (2 * 11 + 5);
    byte[] rgb = WRONG.picture().rgb();
    assertThat(image.getRGB(5, 2) & 0xffffff)
        .isEqualTo((rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff));
    assertThat(find(page, "//div[@class='pictures']//figcaption"))
        .containsExactly("coat87.5%truth: coat", "bag43.8%truth: shirt");
    assertThat(find(page, "//img/@class")).containsExactly("small", "small");
  }

  @Test
  void aLargePictureIsShrunk() throws Exception {
    ReportData data = data(EPOCHS);
    var large = new Example(picture(448, 672), MAP, "coat", "coat", 1);
    Document page = page(withExamples(data, List.of(large), List.of()));

    String png = find(page, "//img/@src").getFirst().replaceFirst("^data:image/png;base64,", "");
    var image = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)));
    assertThat(image.getWidth()).isEqualTo(224);
    assertThat(image.getHeight()).isEqualTo(336);
    assertThat(find(page, "//img/@class")).isEmpty();
  }

  @Test
  void nothingIsLoadedFromElsewhere() throws Exception {
    Document page = page(data(EPOCHS));

    assertThat(find(page, "//@src")).allMatch(source -> source.startsWith("data:"));
    assertThat(find(page, "//@href | //@srcset | //link | //iframe | //object")).isEmpty();
    assertThat(find(page, "//style").getFirst()).doesNotContain("url(", "@import");
    assertThat(find(page, "//script"))
        .hasSize(2)
        .noneMatch(script -> script.contains("sourceMappingURL") || script.contains("import("));
  }

  @Test
  void theMatrixHasItsNumbersAtTheirPlaces() throws Exception {
    Document page = page(data(EPOCHS));

    assertThat(find(page, "//table[@class='grid']/thead//th"))
        .containsExactly("", "shirt", "coat", "bag", "recall");
    assertThat(find(page, "//table[@class='grid']/tbody/tr[1]/*"))
        .containsExactly("shirt", "5", "2", "", "71.4%");
    assertThat(find(page, "//table[@class='grid']/tbody/tr[3]/*"))
        .containsExactly("bag", "", "4", "7", "63.6%");
    assertThat(find(page, "//table[@class='grid']/tfoot//td"))
        .containsExactly("83.3%", "33.3%", "87.5%", "");
    // The shade of the second row: the square roots of 1/5, 3/5, 1/5.
    assertThat(find(page, "//table[@class='grid']/tbody/tr[2]/td/@style"))
        .containsExactly("--shade: 45%", "--shade: 77%", "--shade: 45%");
    assertThat(find(page, "//table[@class='grid']/tbody/tr[2]/td/@class"))
        .containsExactly("wrong", "right strong", "wrong", "margin");
  }

  @ParameterizedTest
  @CsvSource({"30, 1, 1", "31, 0, 2"})
  void manyClassesAreListed(int classes, int grids, int lists) throws Exception {
    var matrix = new ConfusionMatrix(classes);
    IntStream.range(0, classes).forEach(c -> matrix.add(c, c));
    matrix.add(7, 11);
    Document page = page(withClasses(names(classes), matrix));

    assertThat(find(page, "//section//table[@class='grid']")).hasSize(grids);
    assertThat(find(page, "//section/div/table[not(@class)]")).hasSize(lists);
    if (lists > 1) {
      assertThat(find(page, "//section/div[1]/table/tbody/tr[1]/td"))
          .containsExactly("class 7", "class 11", "1", "50.0%");
      assertThat(find(page, "//section/div[2]/table/tbody/tr")).hasSize(31);
      assertThat(find(page, "//section/div[2]/table/tbody/tr[1]/td"))
          .containsExactly("class 7", "2", "50.0%", "100.0%", "66.7%");
    }
  }

  @Test
  void aClassWithoutPicturesHasNoRecall() throws Exception {
    var matrix = new ConfusionMatrix(2);
    matrix.add(0, 0);
    Document page = page(withClasses(names(2), matrix));

    assertThat(find(page, "//table[@class='grid']/tbody/tr[2]/*"))
        .containsExactly("class 1", "", "", "–");
  }

  @Test
  void textIsTextWhateverItHolds() throws Exception {
    String text = "<b a='1'>&amp; \"${title}\" $1 \\ ü";
    var facts = new LinkedHashMap<>(Map.of(text, text));
    Document page =
        page(
            new ReportData(
                text,
                text,
                facts,
                EPOCHS,
                STEPS,
                List.of(text, "coat", "bag"),
                ConfusionMatrixTest.threeClasses(),
                List.of(new Example(picture(3, 5), MAP, text, text, 1)),
                List.of(),
                List.of(text)));

    assertThat(find(page, "//h1")).containsExactly(text);
    assertThat(find(page, "//header/p")).containsExactly(text);
    assertThat(find(page, "//dl[@class='facts']//*[self::dt or self::dd]"))
        .containsExactly(text, text);
    assertThat(find(page, "//code")).containsExactly(text);
    assertThat(find(page, "//table[@class='grid']/tbody/tr[1]/th")).containsExactly(text);
    assertThat(find(page, "//td/@title")).contains(text + " taken for coat");
    assertThat(find(page, "//figcaption/strong")).contains(text);
    assertThat(find(page, "//b")).isEmpty();
  }

  @Test
  void oneEpochIsEnough() throws Exception {
    Document page = page(data(EPOCHS.subList(0, 1)));

    assertThat(charts(page)).hasSize(6);
    assertThat(charts(page).flatMap(chart -> chart.at("/curves").valueStream()))
        .hasSize(9)
        .filteredOn(curve -> curve.at("/points").size() == 1)
        .hasSize(8);
  }

  @Test
  void whereThereIsNoNumberTheCurveHasAGap() throws Exception {
    Document page =
        page(
            data(
                List.of(
                    EPOCHS.getFirst(),
                    new EpochMetrics(
                        2, 5e-4, Double.POSITIVE_INFINITY, NONE, 1, 0, 0, 0, 0, 0, 0))));

    assertThat(charts(page).findFirst().orElseThrow().at("/curves/0/points").toString())
        .isEqualTo("[[1.0,2.25],[2.0,null]]");
  }

  @Test
  void withoutAnEpochOnlyTheRunIsShown() throws Exception {
    Document page =
        page(
            new ReportData(
                "Clothes",
                "sot_tiny",
                new LinkedHashMap<>(Map.of("Seed", "42")),
                List.of(),
                List.of(),
                CLASSES,
                new ConfusionMatrix(3),
                List.of(),
                List.of(),
                List.of()));

    assertThat(find(page, "//p[@class='note']")).containsExactly("No epoch was finished.");
    assertThat(find(page, "//h2")).containsExactly("This run");
    assertThat(find(page, "//canvas | //noscript | //table | //dl[@class='headline']")).isEmpty();
  }

  @Test
  void withoutMistakesThereAreNoneToShow() throws Exception {
    Document page = page(withExamples(data(EPOCHS), List.of(RIGHT), List.of()));

    assertThat(find(page, "//h3[.='Wrong']/following-sibling::p")).containsExactly("None to show.");
  }

  @Test
  void whatWasNotMeasuredIsLeftOut() throws Exception {
    Document page =
        page(
            data(
                List.of(
                    new EpochMetrics(
                        1, 1e-3, 2.25, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE))));

    assertThat(find(page, "//figure[@class='chart']//strong"))
        .containsExactly("Loss", "Learning rate", "Loss of each step");
    assertThat(charts(page).flatMap(ReportTest::hues)).containsExactly("train", "rate", "train");
    assertThat(find(page, "//dl[@class='headline']//dd"))
        .containsExactly("–not measured", "–not measured", "1", "–");
    assertThat(find(page, "//header | //main"))
        .noneMatch(text -> text.matches("(?s).*(NaN|�|null).*"));
  }

  @Test
  void anOlderPageIsReplacedAndNothingElseIsLeft() throws Exception {
    Files.writeString(folder.resolve("report.html"), "old");

    assertThat(find(page(data(EPOCHS)), "//h1")).containsExactly("sot_tiny");
    assertThat(folder).isDirectoryNotContaining(f -> !f.endsWith("report.html"));
  }

  @Test
  void classesMustFitTheMatrix() {
    assertThatThrownBy(() -> withClasses(names(2), new ConfusionMatrix(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 class names do not fit a confusion matrix of 3 classes");
  }

  private static List<String> names(int classes) {
    return IntStream.range(0, classes).mapToObj(c -> "class " + c).toList();
  }

  private static ReportData withClasses(List<String> classes, ConfusionMatrix matrix) {
    return new ReportData(
        "Clothes",
        "sot_tiny",
        new LinkedHashMap<>(),
        EPOCHS,
        STEPS,
        classes,
        matrix,
        List.of(),
        List.of(),
        List.of());
  }

  private static ReportData withExamples(ReportData d, List<Example> right, List<Example> wrong) {
    return new ReportData(
        d.title(),
        d.modelName(),
        d.facts(),
        d.epochs(),
        d.steps(),
        d.classes(),
        d.confusion(),
        right,
        wrong,
        d.nextCommands());
  }
}
