package org.sotdl4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.layers.Classifier;
import org.sotdl4j.layers.CounterRandom;
import org.sotdl4j.layers.DenseNetTokens;
import org.sotdl4j.layers.MultiHeadPooling;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.layers.SvPn;
import org.sotdl4j.zoo.InputSpec;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Setup;
import org.sotdl4j.zoo.Zoo;
import org.sotdl4j.zoo.checkpoint.Checkpoint;
import org.sotdl4j.zoo.checkpoint.CheckpointException;

/** Weights from files. */
class PretrainedTest {

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  /** What PyTorch saved, and what the official code makes of it. */
  @Test
  void anOfficialCheckpointGivesTheOfficialLogits() throws Exception {
    Path folder = Path.of("../../shared/golden/models/SoT_mini64");
    assumeTrue(Files.exists(folder), () -> folder + " is absent");
    var pooling = new MultiHeadPooling(48, 3, 6, false, SvPn.standard(6), 0);
    var architecture =
        new org.sotdl4j.zoo.SoT(
            Setup.of(64, 3, 10),
            48,
            2,
            4,
            2.5,
            false,
            new DenseNetTokens(64, false),
            new Classifier(48, pooling),
            InputSpec.small(64));
    Path file = folder.resolve("checkpoints/checkpoint.pth");
    ComputationGraph network =
        VisionModel.of(architecture).build().initPretrained(file, sha256(file));
    INDArray pictures = Nd4j.create(DataType.FLOAT, 2, 3, 64, 64);
    CounterRandom random = new CounterRandom(CounterRandom.hash("input"));
    for (long i = 0; i < pictures.length(); i++) {
      pictures.putScalar(i, 1.5 * (2 * ((random.nextLong() >>> 40) / 0x1p24) - 1));
    }
    INDArray expected = Nd4j.createFromNpyFile(folder.resolve("logits.npy").toFile());
    Near.check(network.feedForward(pictures, false).get(ModelPart.HEAD), expected, 1e-4, "logits");
  }

  @Test
  void theDigestIsCheckedAndStatisticsComeAlong(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("stvit_nano.safetensors");
    save("stvit_nano", file);
    STViT model = STViT.builder().variant(STViT.Variant.STVIT_NANO).build();
    ComputationGraph loaded = model.initPretrained(file, sha256(file));
    ComputationGraph same =
        STViT.builder().variant(STViT.Variant.STVIT_NANO).seed(5).build().init();
    assertThat(loaded.params()).isEqualTo(same.params());
    assertThatThrownBy(() -> model.initPretrained(file, "00"))
        .hasMessage("%s has the SHA-256 %s, not 00".formatted(file, sha256(file)));
    DeiT other = DeiT.builder().variant(DeiT.Variant.VIT_NANO).build();
    assertThatThrownBy(() -> other.initPretrained(file, sha256(file)))
        .isInstanceOf(CheckpointException.class);
  }

  private static void save(String name, Path file) throws IOException {
    try (Parameters saved = new Parameters(DataType.FLOAT, Parameters.Source.seeded(5))) {
      var _ = ModelGraph.of(Zoo.get(name).model(), saved, Phase.EVAL);
      Checkpoint.save(file, saved, new LinkedHashMap<>(), Map.of());
    }
  }
}
