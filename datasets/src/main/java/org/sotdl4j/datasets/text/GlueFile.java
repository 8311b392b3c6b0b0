package org.sotdl4j.datasets.text;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.sotdl4j.datasets.DatasetException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads GLUE's files as they are distributed: tables with tabs, whose quotation marks are text,
 * with or without a header; an object of JSON a line; or one JSON object of them.
 */
public final class GlueFile {

  private static final String BYTE_ORDER_MARK = "\ufeff";

  private final GlueTask task;
  private final Path path;
  private final boolean labelled;
  private final Consumer<DatasetException> broken;

  private GlueFile(GlueTask task, Path path, boolean labelled, Consumer<DatasetException> broken) {
    this.task = task;
    this.path = path;
    this.labelled = labelled;
    this.broken = broken;
  }

  /**
   * Reads a file.
   *
   * @param labelled whether labels are wanted; test files have none
   * @param broken is told each line that is left out, as {@link GlueTask#hasBrokenLines} allows
   * @throws DatasetException if it cannot be read, or a line is wrong: the message names the line
   */
  public static List<GlueExample> read(
      GlueTask task, Path path, boolean labelled, Consumer<DatasetException> broken) {
    GlueFile file = new GlueFile(task, path, labelled, broken);
    try {
      List<GlueExample> examples = path.toString().endsWith(".tsv") ? file.table() : file.objects();
      if (examples.isEmpty()) {
        throw new DatasetException("%s holds no example".formatted(path));
      }
      return examples;
    } catch (MalformedInputException e) {
      throw new DatasetException("%s is no text in UTF-8".formatted(path), e);
    } catch (IOException e) {
      throw new DatasetException("Cannot read %s (%s)".formatted(path, e.getMessage()), e);
    }
  }

  private List<GlueExample> table() throws IOException {
    List<String> lines = Files.readAllLines(path);
    if (lines.isEmpty()) {
      return List.of();
    }
    List<String> header = cells(withoutMark(lines.getFirst()));
    boolean named = header.contains(task.columns().getFirst());
    int first = place(header, named, 0);
    int second = task.isPair() ? place(header, named, 1) : -1;
    int label = labelled ? place(header, named, task.columns().size() - 1) : -1;
    List<GlueExample> examples = new ArrayList<>();
    for (int i = named ? 1 : 0; i < lines.size(); i++) {
      try {
        List<String> cells = i == 0 ? header : cells(lines.get(i));
        if (cells.size() != header.size()) {
          throw wrong(i, "has %d columns instead of %d".formatted(cells.size(), header.size()));
        }
        examples.add(
            example(
                i,
                String.valueOf(examples.size()),
                cells.get(first),
                second < 0 ? null : cells.get(second),
                label < 0 ? null : cells.get(label)));
      } catch (DatasetException e) {
        if (!labelled || !task.hasBrokenLines()) {
          throw e;
        }
        broken.accept(e);
      }
    }
    return examples;
  }

  /** MRPC's files begin with a byte order mark. */
  private static String withoutMark(String text) {
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private static List<String> cells(String line) {
    return Arrays.asList(line.split("\t", -1));
  }

  private int place(List<String> header, boolean named, int which) {
    String column = task.columns().get(which);
    int place = named ? header.indexOf(column) : task.places().get(which);
    if (place < 0 || place >= header.size()) {
      throw wrong(0, "has %d columns and none for the %s".formatted(header.size(), column));
    }
    return place;
  }

  private List<GlueExample> objects() throws IOException {
    List<GlueExample> examples = new ArrayList<>();
    String text = withoutMark(Files.readString(path));
    if (path.toString().endsWith(".jsonl")) {
      List<String> lines = text.lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          examples.add(example(i, String.valueOf(examples.size()), parse(i, lines.get(i))));
        }
      }
    } else {
      parse(0, text)
          .properties()
          .forEach(e -> examples.add(example(examples.size(), e.getKey(), e.getValue())));
    }
    return examples;
  }

  private JsonNode parse(int line, String json) {
    try {
      return JsonMapper.shared().readTree(json);
    } catch (JacksonException e) {
      TokenStreamLocation end = e.getLocation();
      throw wrong(
          line + end.getLineNr() - 1,
          "is no JSON from character %d on".formatted(end.getColumnNr()));
    }
  }

  private GlueExample example(int line, String index, JsonNode object) {
    String second =
        task.isPair()
            ? text(object, task.columns().get(1), "text_b", "hypothesis", "sentence2")
            : null;
    return example(
        line,
        index,
        text(object, task.columns().getFirst(), "text_a", "premise", "sentence1", "text"),
        second,
        labelled ? text(object, task.columns().getLast(), "label") : null);
  }

  /** The first of several fields that is there, or null. */
  private static String text(JsonNode object, String... names) {
    return Stream.of(names)
        .map(object::get)
        .filter(Objects::nonNull)
        .map(JsonNode::asString)
        .findFirst()
        .orElse(null);
  }

  private GlueExample example(int line, String index, String first, String second, String label) {
    if (isEmpty(first) || (task.isPair() && isEmpty(second))) {
      throw wrong(line, "has an empty text");
    }
    return new GlueExample(index, first, second, labelled ? label(line, label) : Double.NaN);
  }

  /** The server wants an answer to each line of a test file, so broken ones are read there. */
  private boolean isEmpty(String text) {
    return text == null || (text.isBlank() && (labelled || !task.hasBrokenLines()));
  }

  private double label(int line, String text) {
    if (text == null) {
      throw wrong(line, "has no label");
    }
    if (task.isRegression()) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException _) {
        throw wrong(line, "has the score %s, which is no number".formatted(text));
      }
    }
    int label = task.labels().indexOf(text);
    if (label < 0) {
      throw wrong(
          line, "has the label %s, and %s has %s".formatted(text, task.name(), task.labels()));
    }
    return label;
  }

  private DatasetException wrong(int line, String what) {
    return new DatasetException("%s, line %d %s".formatted(path, line + 1, what));
  }
}
