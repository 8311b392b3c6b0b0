package org.sotdl4j.app.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sotdl4j.app.Golden;
import org.sotdl4j.zoo.checkpoint.Safetensors;
import org.sotdl4j.zoo.checkpoint.TensorFile;
import picocli.CommandLine;

class VerifyCommandTest {

  @TempDir private Path folder;

  private record Run(int exitCode, List<String> lines, String err) {
    String last() {
      return lines.getLast();
    }
  }

  private static Run verify(Object... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    String[] texts = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      texts[i] = args[i].toString();
    }
    int exitCode =
        new CommandLine(new VerifyCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(texts);
    return new Run(exitCode, out.toString().lines().toList(), err.toString());
  }

  /**
   * r(name, i) of the fixtures' README, section 1, in unbounded integers: nothing here is shared
   * with the application.
   */
  private static double r(String name, int index) {
    BigInteger two64 = BigInteger.ONE.shiftLeft(64);
    BigInteger h = new BigInteger("cbf29ce484222325", 16);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      h = h.xor(BigInteger.valueOf(b & 0xff)).multiply(new BigInteger("100000001b3", 16));
      h = h.mod(two64);
    }
    BigInteger weyl = new BigInteger("9E3779B97F4A7C15", 16);
    BigInteger z = h.add(weyl.multiply(BigInteger.valueOf(index + 1L))).mod(two64);
    z = z.xor(z.shiftRight(30)).multiply(new BigInteger("BF58476D1CE4E5B9", 16)).mod(two64);
    z = z.xor(z.shiftRight(27)).multiply(new BigInteger("94D049BB133111EB", 16)).mod(two64);
    z = z.xor(z.shiftRight(31));
    return 2 * z.shiftRight(40).doubleValue() / (1 << 24) - 1;
  }

  /** Test vectors of the README. */
  @Test
  void theFormulaIsThatOfTheFixtures() {
    Map<String, double[]> vectors =
        Map.of(
            "input", new double[] {-0.8043633699417114, 0.30472075939178467, -0.5927515029907227},
            "heldout/input",
                new double[] {0.4445962905883789, 0.5127036571502686, -0.6014113426208496});
    vectors.forEach((name, expected) -> {
      String seed = name.substring(0, name.length() - "input".length());
      float[] values = new Formula(seed).array("input", 0, 1, 3).toFloatVector();
      for (int i = 0; i < 3; i++) {
        assertThat(r(name, i)).isEqualTo(expected[i], within(1e-15));
        assertThat((double) values[i]).isEqualTo(expected[i]);
      }
    });
  }

  /** ePN of two matrices of 2 x 2 by hand: signed roots, each column scaled to length 1. */
  private void writeEpnCase(String seed) throws IOException {
    float[] out = new float[8];
    for (int m = 0; m < 2; m++) {
      for (int column = 0; column < 2; column++) {
        double top = root((float) (1.5 * r(seed + "input", 4 * m + column)));
        double bottom = root((float) (1.5 * r(seed + "input", 4 * m + 2 + column)));
        double length = Math.hypot(top, bottom);
        out[4 * m + column] = (float) (top / length);
        out[4 * m + 2 + column] = (float) (bottom / length);
      }
    }
    writeCase(seed, Nd4j.createFromArray(out).reshape(2, 2, 2));
  }

  private static double root(double x) {
    return Math.signum(x) * Math.sqrt(Math.abs(x) + 1e-8);
  }

  private void writeCase(String seed, INDArray out) throws IOException {
    Path layer = Files.createDirectories(folder.resolve("layers/tiny"));
    Files.writeString(
        layer.resolve("case.json"),
        """
        {"name": "tiny", "family": "sot", "seed": "%s", "mode": "eval",
         "constructor": "ePN()", "config": {"input_dim": 2},
         "inputs": [{"name": "input", "shape": [2, 2, 2], "rule": "base+scale*r(name)",
                     "base": 0.0, "scale": 1.5}],
         "outputs": [[2, 2, 2]], "params": [], "buffers": [], "params_without_grad": [],
         "f32_vs_f64": {"out": {"rel_l2": 1e-7}}}
        """
            .formatted(seed));
    SequencedMap<String, INDArray> tensors = new LinkedHashMap<>();
    tensors.put("out", out);
    Safetensors.write(layer.resolve("case.safetensors"), tensors, Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "heldout/", "another/"})
  void aCaseOfAnySeedPasses(String seed) throws IOException {
    writeEpnCase(seed);
    for (String type : List.of("float", "double")) {
      Run run = verify(folder, "--dtype", type);
      assertThat(run.last()).as(String.join("\n", run.lines())).isEqualTo("1 passed, 0 failed");
      assertThat(run.exitCode()).isZero();
    }
  }

  @Test
  void aNumberThatDiffersFails() throws IOException {
    writeEpnCase("");
    INDArray out;
    try (TensorFile file = TensorFile.open(folder.resolve("layers/tiny/case.safetensors"))) {
      out = file.read("out");
    }
    out.putScalar(5, out.getDouble(5) + 1e-3);
    writeCase("", out);
    Run run = verify(folder);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.last()).isEqualTo("0 passed, 1 failed");
    assertThat(run.lines().getFirst()).startsWith("FAIL  layers/tiny").contains("out differs by");
  }

  @Test
  void anotherSeedThanTheValuesFails() throws IOException {
    writeEpnCase("heldout/");
    Path json = folder.resolve("layers/tiny/case.json");
    Files.writeString(json, Files.readString(json).replace("heldout/", ""));
    assertThat(verify(folder).last()).isEqualTo("0 passed, 1 failed");
  }

  @Test
  void whatIsNotThereYetOrBrokenFailsAndTheOthersRun() throws IOException {
    writeEpnCase("");
    Path other = Files.createDirectories(folder.resolve("models/Other_mini"));
    Files.writeString(
        other.resolve("model.json"),
        """
        {"name": "Other_mini", "family": "Other", "seed": "", "num_classes": 3, "config": {},
         "input": {"shape": [2, 3, 8, 8]}, "params": [], "buffers": []}
        """);
    Path broken = Files.createDirectories(folder.resolve("layers/broken"));
    Files.writeString(broken.resolve("case.json"), "{");
    Run run = verify(folder);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.last()).isEqualTo("1 passed, 2 failed");
    assertThat(run.lines().get(0)).startsWith("FAIL  layers/broken");
    assertThat(run.lines().get(1)).startsWith("ok    layers/tiny");
    assertThat(run.lines().get(2)).startsWith("FAIL  models/Other_mini").contains("not there yet");
    assertThat(verify(folder, "--only", "layers/t*").last()).isEqualTo("1 passed, 0 failed");
  }

  @Test
  void wrongUsage() throws IOException {
    assertThat(verify(folder.resolve("nowhere")).exitCode()).isEqualTo(2);
    assertThat(verify(folder).err()).contains("There is no case");
    writeEpnCase("");
    Run pattern = verify(folder, "--only", "[");
    assertThat(pattern.exitCode()).isEqualTo(2);
    assertThat(pattern.err()).contains("--only [ is no pattern");
  }

  @Test
  void officialLayersPass() {
    Run run = verify(Golden.path(""), "--only", "layers/svpn*");
    assertThat(run.exitCode()).as(String.join("\n", run.lines())).isZero();
    assertThat(run.last()).isEqualTo("2 passed, 0 failed");
  }

  @Test
  void anOfficialModelPassesUntilOneValueIsChanged() throws IOException {
    Path model = Files.createDirectories(folder.resolve("models/DeiT_mini"));
    try (var files = Files.list(Golden.path("models/DeiT_mini"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Run run = verify(folder);
    assertThat(run.last()).as(String.join("\n", run.lines())).isEqualTo("1 passed, 0 failed");
    assertThat(run.exitCode()).isZero();

    Path logits = model.resolve("logits.npy");
    byte[] bytes = Files.readAllBytes(logits);
    bytes[bytes.length - 2] ^= 0x10; // a high bit of the fraction of the last float
    Files.write(logits, bytes);
    Run changed = verify(folder);
    assertThat(changed.exitCode()).isEqualTo(1);
    assertThat(changed.last()).isEqualTo("0 passed, 1 failed");
    assertThat(changed.lines().getFirst()).contains("logits differs by");
  }

  /** A model's checkpoint files are cases of their own. */
  @Test
  void loadsTheCheckpointsOfAModel() {
    Path golden = Golden.path("models").getParent();
    Run run = verify(golden, "--only", "models/SoT_mini64/checkpoints/*");
    assertThat(run.exitCode()).as(run.lines().toString()).isZero();
    assertThat(run.lines())
        .hasSize(4)
        .first()
        .asString()
        .startsWith("ok    models/SoT_mini64/checkpoints/checkpoint.pth");
    assertThat(run.last()).isEqualTo("3 passed, 0 failed");
  }
}
