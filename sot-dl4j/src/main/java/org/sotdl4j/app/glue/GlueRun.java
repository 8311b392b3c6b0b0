package org.sotdl4j.app.glue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nd4j.linalg.api.buffer.DataType;
import org.sotdl4j.app.UserException;
import org.sotdl4j.app.train.RunFolder;
import org.sotdl4j.datasets.text.Tokenizer;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.HuggingFaceConfig;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.TextClassifier;
import org.sotdl4j.zoo.TextEncoder;
import org.sotdl4j.zoo.checkpoint.AtomicFile;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A fine-tuned model.
 *
 * @param config how it was made
 * @param texts makes numbers of texts for it
 * @param tokenizer what cuts the texts, in the format of Hugging Face's {@code tokenizer.json}
 * @param model the architecture
 * @param parameters the weights of its best epoch
 */
public record GlueRun(
    GlueConfig config,
    GlueTexts texts,
    String tokenizer,
    TextClassifier model,
    Parameters parameters)
    implements AutoCloseable {

  /** Where a run's folder keeps its configuration. */
  public static Path configFile(Path folder) {
    return folder.resolve("config.json");
  }

  /** Whether a folder holds such a run. */
  public static boolean isIn(Path folder) {
    return Files.exists(configFile(folder));
  }

  /**
   * The configuration of a run.
   *
   * @throws UserException if the folder holds none
   */
  public static GlueConfig config(Path folder) {
    Path file = configFile(folder);
    if (!isIn(folder)) {
      throw new UserException("%s holds no run of 'sot glue'.".formatted(folder));
    }
    try {
      return JsonMapper.shared().readValue(file, GlueConfig.class);
    } catch (JacksonException e) {
      throw new UserException("%s is not of a run of 'sot glue'.".formatted(file), e);
    }
  }

  /**
   * Makes the folder of a run, with all that its model needs beside its weights.
   *
   * @param environment of the run
   */
  public static void create(
      RunFolder folder, GlueConfig config, Pretrained pretrained, Object environment)
      throws IOException {
    String json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(config);
    folder.create(configFile(folder.path()), json + "\n", environment);
    AtomicFile.writeText(
        encoderFile(folder.path()), HuggingFaceConfig.json(pretrained.encoder()) + "\n");
    AtomicFile.writeText(tokenizerFile(folder.path()), pretrained.tokenizer());
  }

  private static Path encoderFile(Path folder) {
    return folder.resolve("encoder.json");
  }

  private static Path tokenizerFile(Path folder) {
    return folder.resolve("tokenizer.json");
  }

  /**
   * Opens the best epoch of a run.
   *
   * @throws UserException if the folder holds none
   */
  public static GlueRun open(Path folder) throws IOException {
    GlueConfig config = config(folder);
    if (!Files.exists(encoderFile(folder))) {
      throw new UserException("%s is missing.".formatted(encoderFile(folder)));
    }
    TextEncoder encoder =
        HuggingFaceConfig.encoder(JsonMapper.shared().readTree(encoderFile(folder)));
    String json = Files.readString(tokenizerFile(folder));
    Tokenizer tokenizer = Tokenizer.open(json, tokenizerFile(folder), config.maxLength());
    TextClassifier model = config.model(encoder);
    Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.notLearned());
    var _ = ModelGraph.of(model, parameters, Phase.EVAL); // makes the parameters
    Checkpoint.load(new RunFolder(folder).best(), parameters);
    return new GlueRun(config, new GlueTexts(tokenizer, encoder), json, model, parameters);
  }

  @Override
  public void close() {
    texts.tokenizer().close();
    parameters.close();
  }
}
