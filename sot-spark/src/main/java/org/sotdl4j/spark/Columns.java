package org.sotdl4j.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sotdl4j.app.predict.SotPredictor;
import org.sotdl4j.app.train.Ranking;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.PictureDecoder;

/**
 * What {@link SotTransformer} adds to the rows of a table.
 *
 * @param classes their names
 * @param topK classes that are named
 * @param probabilities whether those of all classes come
 * @param embedding whether the picture's vector comes
 */
record Columns(List<String> classes, int topK, boolean probabilities, boolean embedding)
    implements Serializable {

  static final String CONTENT = "content";
  static final String PATH = "path";
  static final String ERROR = "error";

  /** Pictures that are decoded before the model looks at them. */
  private static final int BATCH = 32;

  /**
   * The table's columns with these, and without the files' bytes.
   *
   * @throws IllegalArgumentException if the table has no pictures, or columns of these names
   */
  StructType after(StructType schema) {
    requirePictures(schema);
    StructType added = added();
    for (StructField field : added.fields()) {
      if (Arrays.asList(schema.fieldNames()).contains(field.name())) {
        throw new IllegalArgumentException(
            "The table already has a column %s: rename it or leave it out".formatted(field.name()));
      }
    }
    StructType all = new StructType();
    for (StructField field : schema.fields()) {
      all = field.name().equals(CONTENT) ? all : all.add(field);
    }
    for (StructField field : added.fields()) {
      all = all.add(field);
    }
    return all;
  }

  private static void requirePictures(StructType schema) {
    Map<String, DataType> types =
        Arrays.stream(schema.fields())
            .collect(Collectors.toMap(StructField::name, StructField::dataType, (a, b) -> a));
    String column = types.containsKey(CONTENT) ? CONTENT : PATH;
    DataType type = types.get(column);
    if (type == null) {
      throw new IllegalArgumentException(
          "The table needs a column content or path, and has %s"
              .formatted(Arrays.toString(schema.fieldNames())));
    }
    DataType needed = column.equals(CONTENT) ? DataTypes.BinaryType : DataTypes.StringType;
    if (!type.equals(needed)) {
      throw new IllegalArgumentException(
          "The column %s must be of the type %s, not %s"
              .formatted(column, needed.sql(), type.sql()));
    }
  }

  private StructType added() {
    StructType all = new StructType();
    for (int k = 1; k <= topK; k++) {
      all = all.add("top" + k, DataTypes.StringType);
      all = all.add("top" + k + "_probability", DataTypes.FloatType);
    }
    if (probabilities) {
      all = all.add("probabilities", DataTypes.createArrayType(DataTypes.FloatType, false));
    }
    if (embedding) {
      all = all.add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false));
    }
    return all.add(ERROR, DataTypes.StringType);
  }

  /** The rows with these columns, some at a time. */
  Iterator<Row> of(Iterator<Row> rows, SotPredictor predictor) {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, 0), false)
        .gather(Gatherers.windowFixed(BATCH))
        .flatMap(some -> of(some, predictor).stream())
        .iterator();
  }

  private List<Row> of(List<Row> rows, SotPredictor predictor) {
    List<Picture> pictures = new ArrayList<>(); // null for a broken one
    List<String> errors = new ArrayList<>();
    for (Row row : rows) {
      Picture picture = null;
      String error = null;
      try {
        picture = picture(row);
      } catch (BadPictureException e) {
        error = e.reason();
      }
      pictures.add(picture);
      errors.add(error);
    }
    Iterator<double[]> answers =
        predictor.probabilities(pictures.stream().filter(Objects::nonNull)).toList().iterator();
    Iterator<float[]> embeddings =
        embedding
            ? predictor.embeddings(pictures.stream().filter(Objects::nonNull)).iterator()
            : null;
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      List<Object> values = others(rows.get(i));
      boolean broken = pictures.get(i) == null;
      double[] answer = broken ? null : answers.next();
      int[] top = broken ? null : Ranking.top(answer, topK);
      for (int k = 0; k < topK; k++) {
        values.add(broken ? null : classes.get(top[k]));
        values.add(broken ? null : (float) answer[top[k]]);
      }
      if (probabilities) {
        values.add(broken ? null : Arrays.stream(answer).mapToObj(p -> (float) p).toArray());
      }
      if (embedding) {
        values.add(broken ? null : boxed(embeddings.next()));
      }
      values.add(errors.get(i));
      all.add(RowFactory.create(values.toArray()));
    }
    return all;
  }

  private static Object[] boxed(float[] values) {
    return IntStream.range(0, values.length).mapToObj(i -> values[i]).toArray();
  }

  private static Picture picture(Row row) {
    List<String> names = Arrays.asList(row.schema().fieldNames());
    boolean hasBytes = names.contains(CONTENT);
    String name = names.contains(PATH) ? String.valueOf(row.<Object>getAs(PATH)) : "of a row";
    if (row.isNullAt(row.fieldIndex(hasBytes ? CONTENT : PATH))) {
      throw new BadPictureException(name, hasBytes ? "there are no bytes" : "there is no path");
    }
    return hasBytes
        ? PictureDecoder.decode(row.getAs(CONTENT), name)
        : HadoopPictures.read(name, 0);
  }

  private static List<Object> others(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      if (!row.schema().fields()[i].name().equals(CONTENT)) {
        values.add(row.get(i));
      }
    }
    return values;
  }
}
