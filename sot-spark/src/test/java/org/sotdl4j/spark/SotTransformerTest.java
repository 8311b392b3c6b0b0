package org.sotdl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sotdl4j.app.UserException;
import org.sotdl4j.app.predict.Prediction;
import org.sotdl4j.app.predict.SotPredictor;
import org.sotdl4j.app.train.Cluster;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.datasets.PictureDecoder;
import org.sotdl4j.zoo.Zoo;

/** Tables of pictures against what {@link SotPredictor} says of each. */
class SotTransformerTest {

  private static final String MASTER = "local[2]";

  @TempDir Path folder;

  private static SavedModel model() {
    return SavedModel.untrained("vit_nano", Zoo.get("vit_nano").model());
  }

  @Test
  void aFolderBecomesATableOfWhatThePredictorSays() throws IOException {
    Path pictures = PictureFolder.write(folder.resolve("pictures"), 40, 3);
    Files.writeString(pictures.resolve("train/broken.png"), "no picture");
    Path out = folder.resolve("out");
    var table = new Cluster.Table(pictures.toString(), out.toString(), 2, true, true);
    try (SavedModel model = model()) {
      assertThat(new SparkCluster().write(MASTER, model, table))
          .isEqualTo(new Cluster.Counts(44, 1));
      assertThatThrownBy(() -> new SparkCluster().write(MASTER, model, table))
          .isInstanceOf(UserException.class)
          .hasMessage("There is already a folder %s.".formatted(out));
    }
    try (SparkSession session = Session.open(MASTER);
        SotPredictor predictor = SotPredictor.of(model())) {
      List<Row> rows = session.read().parquet(out.toString()).collectAsList();
      assertThat(rows).hasSize(44);
      for (Row row : rows) {
        Path file = Path.of(URI.create(row.<String>getAs("path")));
        if (row.getAs("error") != null) {
          assertThat(file).hasFileName("broken.png");
          assertThat(row.isNullAt(row.fieldIndex("top1"))).isTrue();
          continue;
        }
        List<Prediction> best = predictor.topK(file, 2);
        assertThat(row.<String>getAs("top1")).isEqualTo(best.getFirst().className());
        assertThat(row.<Float>getAs("top2_probability"))
            .isCloseTo((float) best.getLast().probability(), within(1e-5f));
        assertThat(row.<Float>getList(row.fieldIndex("probabilities")))
            .hasSize(predictor.classes().size());
        float[] embedding = predictor.embedding(PictureDecoder.read(file));
        List<Float> written = row.getList(row.fieldIndex("embedding"));
        for (int i = 0; i < embedding.length; i++) {
          assertThat(written.get(i)).isCloseTo(embedding[i], within(1e-4f));
        }
      }
    }
  }

  @Test
  void pathsWillDoAndATableWithoutPicturesIsRefused() throws IOException {
    Path pictures = PictureFolder.write(folder, 3, 0);
    List<String> paths =
        List.of(
            pictures.resolve("train/red/0.png").toString(),
            pictures.resolve("train/red/1.png").toString());
    try (SparkSession session = Session.open(MASTER);
        SavedModel model = model()) {
      SotTransformer transformer = SotTransformer.of(model);
      List<Row> rows =
          transformer
              .transform(session.createDataset(paths, Encoders.STRING()).toDF("path"))
              .collectAsList();
      rows.sort(Comparator.comparing(row -> row.<String>getAs("path")));
      assertThat(rows.getFirst().<String>getAs("top1")).startsWith("class ");
      assertThat(rows.getLast().<String>getAs("error")).isEqualTo("the file does not exist");
      assertThatThrownBy(() -> transformer.transform(session.range(3).toDF()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The table needs a column content or path, and has [id]");
      assertThatThrownBy(() -> transformer.transform(session.range(3).toDF("content")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The column content must be of the type BINARY, not BIGINT");
      assertThatThrownBy(
              () -> transformer.transform(session.sql("SELECT 'a.png' AS path, 1 AS top1")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The table already has a column top1: rename it or leave it out");
    } finally {
      Predictors.close();
    }
  }

  @Test
  void rowsWithoutAPictureSayWhy() throws IOException {
    try (SparkSession session = Session.open(MASTER);
        SavedModel model = model()) {
      SotTransformer transformer = SotTransformer.of(model);
      assertThat(
              transformer
                  .transform(session.sql("SELECT * FROM VALUES (''), (NULL) AS pictures(path)"))
                  .collectAsList())
          .extracting(row -> row.<String>getAs("error"))
          .containsExactlyInAnyOrder(
              "no address of a file (Can not create a Path from an empty string)",
              "there is no path");
      assertThat(
              transformer
                  .transform(session.sql("SELECT CAST(NULL AS BINARY) AS content"))
                  .collectAsList())
          .extracting(row -> row.<String>getAs("error"))
          .containsExactly("there are no bytes");
    } finally {
      Predictors.close();
    }
  }

  @Test
  void theNextSessionHasItsOwnModel() throws IOException {
    Path picture = PictureFolder.write(folder, 1, 0).resolve("train/red/0.png");
    try {
      for (String name : List.of("vit_nano", "sot_nano")) {
        try (SparkSession session = Session.open(MASTER);
            SavedModel model = SavedModel.untrained(name, Zoo.get(name).model());
            SotPredictor predictor = SotPredictor.of(model)) {
          Row row =
              SotTransformer.of(model)
                  .transform(
                      session
                          .createDataset(List.of(picture.toString()), Encoders.STRING())
                          .toDF("path"))
                  .collectAsList()
                  .getFirst();
          assertThat(row.<Float>getAs("top1_probability"))
              .isCloseTo(
                  (float) predictor.topK(picture, 1).getFirst().probability(), within(1e-5f));
        }
      }
    } finally {
      Predictors.close();
    }
  }

  @Test
  void aFolderOfAnyNameIsReadAndOneWithoutPicturesIsSaid() throws IOException {
    Path pictures = Files.createDirectories(folder.resolve("a[1] {b},*"));
    Files.writeString(pictures.resolve("empty.jpg"), "");
    Files.writeString(pictures.resolve("_text.PNG"), "no picture");
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("a.txt"), "no picture");
    String out = folder.resolve("out").toString();
    SparkCluster spark = new SparkCluster();
    try (SavedModel model = model()) {
      assertThat(
              spark.write(
                  MASTER, model, new Cluster.Table(pictures.toString(), out, 1, false, false)))
          .isEqualTo(new Cluster.Counts(2, 2));
      assertThatThrownBy(() ->
              spark.write(MASTER, model, new Cluster.Table(other.toString(), out, 1, false, false)))
          .isInstanceOf(UserException.class)
          .hasMessage("There is no picture in %s: they end in .jpg, .jpeg, .png or .webp.", other);
    }
  }

  @Test
  void aFolderThatIsNotThereIsSaid() {
    try (SavedModel model = model()) {
      assertThatThrownBy(() ->
              new SparkCluster()
                  .write(MASTER, model, new Cluster.Table("nowhere", "out", 1, false, false)))
          .isInstanceOf(UserException.class)
          .hasMessage("There is no file or folder nowhere.");
    }
  }
}
