package org.sotdl4j.datasets;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DatasetTest {

  @Test
  void trainingAndValidationNeedTheSameClasses() {
    assertThatCode(() -> Dataset.requireSameClasses(of("ant", "bee"), of("ant", "bee")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Dataset.requireSameClasses(of("ant", "bee"), of("ant", "cat", "dog")))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            "Training and validation data need the same classes, but only the training data has"
                + " [bee] and only the validation data has [cat, dog]");
    assertThatThrownBy(() -> Dataset.requireSameClasses(of("ant", "bee"), of("bee", "ant")))
        .isInstanceOf(DatasetException.class)
        .hasMessageEndingWith("they list them in another order: [ant, bee] and [bee, ant]");
  }

  private static Dataset of(String... classes) {
    return new PackedPictures("", List.of(classes), 1, 1, 1, new byte[0], new byte[0]);
  }
}
