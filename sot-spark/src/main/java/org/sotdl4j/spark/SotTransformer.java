package org.sotdl4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sotdl4j.app.predict.SotPredictor;
import org.sotdl4j.app.train.SavedModel;
import org.sotdl4j.zoo.checkpoint.Checkpoint;

/**
 * Adds to a table of pictures what a model says of them. The table has the files' bytes in a column
 * {@code content}, as Spark's source {@code binaryFile} gives them, or their addresses in a column
 * {@code path}:
 *
 * <pre>{@code
 * Dataset<Row> pictures = spark.read().format("binaryFile").load("hdfs://host/pictures/*.jpg");
 * try (SavedModel model = SavedModel.open(Path.of("runs/sot_nano-20260101-120000"))) {
 *   SotTransformer.of(model).adding(5, false, true).transform(pictures).write().parquet("table");
 * }
 * }</pre>
 *
 * <p>The bytes are left out of the result; what is added:
 *
 * <ul>
 *   <li>the most probable classes: top1, top1_probability and so on
 *   <li>{@code probabilities}: of all classes, where it is wanted
 *   <li>{@code embedding}: {@link SotPredictor#embedding}, where it is wanted
 *   <li>{@code error}: why a picture cannot be read, and then the others are null
 * </ul>
 *
 * @param model a checkpoint's bytes, which go to each executor once
 * @param classes their names
 * @param topK classes that are named
 * @param probabilities whether to add those of all classes
 * @param embedding whether to add the picture's vector
 */
@SuppressWarnings("ArrayRecordComponent")
public record SotTransformer(
    byte[] model, List<String> classes, int topK, boolean probabilities, boolean embedding) {

  /** One that names the most probable class. */
  public static SotTransformer of(SavedModel model) throws IOException {
    Path file = Files.createTempFile("model", ".safetensors");
    try {
      Checkpoint.save(file, model.parameters(), new LinkedHashMap<>(), model.metadata());
      return new SotTransformer(
          Files.readAllBytes(file), List.copyOf(model.classes()), 1, false, false);
    } finally {
      Files.delete(file);
    }
  }

  /** The same for another choice of columns. */
  public SotTransformer adding(int topK, boolean probabilities, boolean embedding) {
    return new SotTransformer(model, classes, topK, probabilities, embedding);
  }

  /**
   * Adds the columns.
   *
   * @throws IllegalArgumentException if there is neither a column of bytes nor one of paths, or if
   *     there is a column of a name that would be added
   */
  public Dataset<Row> transform(Dataset<Row> pictures) {
    Columns added = new Columns(classes, Math.min(topK, classes.size()), probabilities, embedding);
    StructType schema = added.after(pictures.schema());
    Broadcast<byte[]> sent =
        JavaSparkContext.fromSparkContext(pictures.sparkSession().sparkContext()).broadcast(model);
    return pictures.mapPartitions(
        (MapPartitionsFunction<Row, Row>) rows -> added.of(rows, Predictors.of(sent)),
        Encoders.row(schema));
  }
}
