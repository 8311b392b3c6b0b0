package org.sotdl4j.app.glue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sotdl4j.datasets.DatasetException;
import org.sotdl4j.datasets.text.GlueExample;
import org.sotdl4j.datasets.text.GlueFile;
import org.sotdl4j.datasets.text.GlueTask;

/**
 * The texts of a task.
 *
 * @param task what they are for
 * @param train to learn from
 * @param dev to validate on, by the files' names; the first decides
 * @param test without labels, by the name that GLUE wants the predictions' file to have
 */
public record GlueData(
    GlueTask task,
    List<GlueExample> train,
    SequencedMap<String, List<GlueExample>> dev,
    SequencedMap<String, List<GlueExample>> test) {

  private static final List<String> ENDINGS = List.of(".tsv", ".jsonl", ".json", "-9k.json");

  /** The files of tests, and what GLUE adds to the task's name in the files of their answers. */
  private static final List<Map.Entry<String, String>> TESTS =
      List.of(
          Map.entry("test", ""),
          Map.entry("test_matched", "-m"),
          Map.entry("test_mismatched", "-mm"));

  /**
   * Reads a folder as GLUE has it: {@code train}, {@code dev} (MNLI: {@code dev_matched}, {@code
   * dev_mismatched}) and, where it is there, {@code test}, each as {@code .tsv}, {@code .jsonl} or
   * {@code .json}. A {@code val} beside {@code dev} is a part that was split from the training
   * texts, and is learned from too.
   *
   * @param broken is told each line that is left out, as {@link GlueTask#hasBrokenLines} allows
   * @throws DatasetException if a file is missing or wrong
   */
  public static GlueData read(GlueTask task, Path folder, Consumer<DatasetException> broken) {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException("There is no folder %s".formatted(folder));
    }
    Function<Path, List<GlueExample>> labelled = path -> GlueFile.read(task, path, true, broken);
    SequencedMap<String, List<GlueExample>> dev = new LinkedHashMap<>();
    for (String name : List.of("dev", "dev_matched", "dev_mismatched", "validation")) {
      file(folder, name).ifPresent(path -> dev.put(name, labelled.apply(path)));
    }
    Optional<Path> val = file(folder, "val");
    List<GlueExample> train = new ArrayList<>(labelled.apply(required(folder, "train")));
    if (dev.isEmpty()) {
      dev.put("val", labelled.apply(val.orElseGet(() -> required(folder, "dev"))));
    } else {
      val.ifPresent(path -> train.addAll(labelled.apply(path)));
    }
    SequencedMap<String, List<GlueExample>> test = new LinkedHashMap<>();
    for (var entry : TESTS) {
      String answers = task.name() + entry.getValue() + ".tsv";
      file(folder, entry.getKey())
          .ifPresent(path -> test.put(answers, GlueFile.read(task, path, false, broken)));
    }
    return new GlueData(task, train, dev, test);
  }

  private static Optional<Path> file(Path folder, String name) {
    return candidates(folder, name).filter(Files::isRegularFile).findFirst();
  }

  private static Stream<Path> candidates(Path folder, String name) {
    return ENDINGS.stream().map(ending -> folder.resolve(name + ending));
  }

  private static Path required(Path folder, String name) {
    return file(folder, name)
        .orElseThrow(() ->
            new DatasetException("%s holds no %s.tsv or %s.jsonl".formatted(folder, name, name)));
  }
}
