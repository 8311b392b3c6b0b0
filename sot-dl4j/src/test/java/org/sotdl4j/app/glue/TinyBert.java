package org.sotdl4j.app.glue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.HuggingFaceConfig;
import org.sotdl4j.zoo.checkpoint.Safetensors;
import tools.jackson.databind.json.JsonMapper;

/** An encoder for tests, as Hugging Face would keep it. */
public final class TinyBert {

  private TinyBert() {}

  /** A small BERT with seven words, not trained. */
  public static void write(Path folder, int vocabulary) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "bert", "vocab_size": %d, "hidden_size": 4, "num_hidden_layers": 1,
         "num_attention_heads": 2, "intermediate_size": 8, "max_position_embeddings": 16}
        """
            .formatted(vocabulary));
    Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n");
    try (Parameters parameters = new Parameters(DataType.FLOAT, Parameters.Source.seeded(1))) {
      Graph graph = Graph.create(parameters, Phase.EVAL);
      HuggingFaceConfig.encoder(JsonMapper.shared().readTree(folder.resolve("config.json")))
          .describe(graph);
      SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
      parameters.forEach(p -> tensors.put(p.name(), p.array()));
      Safetensors.write(folder.resolve("model.safetensors"), tensors, Map.of());
    }
  }
}
