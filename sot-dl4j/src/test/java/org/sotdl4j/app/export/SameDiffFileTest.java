package org.sotdl4j.app.export;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;

class SameDiffFileTest {

  @Test
  void whatNoFileHoldsIsRefused() {
    Model wide = Zoo.get("deit_base").model().resetClassifier(400_000);
    try (Parameters parameters = Parameters.shapesOnly()) {
      var _ = ModelGraph.of(wide, parameters, Phase.EVAL);
      assertThatThrownBy(() -> SameDiffFile.requireRoom("deit_base", parameters))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "deit_base has 1,500 MiB of weights and a SameDiff file of this version holds less than 1,024: export --format safetensors, and build the graph in Java with ModelGraph.of");
    }
  }
}
