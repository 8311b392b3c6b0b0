package org.sotdl4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class OneDnnBackendTest {

  @Test
  void nd4jLoadsThisBackendWithTheChosenNatives() {
    assertThat(Nd4j.getBackend()).isInstanceOf(OneDnnBackend.class);
    String library = Loader.getLoadedLibraries().get("nd4jcpu");
    OneDnnBackend.bestExtension()
        .ifPresent(e -> assertThat(library).contains(Loader.getPlatform() + e + File.separator));
    // 1*4 + 2*5 + 3*6
    var product =
        Nd4j.createFromArray(1f, 2f, 3f)
            .reshape(1, 3)
            .mmul(Nd4j.createFromArray(4f, 5f, 6f).reshape(3, 1));
    assertThat(product.getFloat(0)).isEqualTo(32f, within(1e-5f));
  }

  @Test
  void theFastestBuildThatTheCpuRunsComesFirst() {
    assertThat(OneDnnBackend.candidates(3)).startsWith("-onednn-avx512");
    assertThat(OneDnnBackend.candidates(2))
        .startsWith("-onednn-avx2")
        .doesNotContain("-onednn-avx512");
    assertThat(OneDnnBackend.candidates(0)).containsExactly("-onednn");
  }
}
