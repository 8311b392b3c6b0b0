package org.sotdl4j.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BundledFashionMnistTest {

  @Test
  void eachClassHas600PicturesToTrainAnd100ToValidate() {
    assertThat(perClass(BundledFashionMnist.train())).hasSize(10).containsOnly(600);
    assertThat(perClass(BundledFashionMnist.val())).hasSize(10).containsOnly(100);
    assertThat(BundledFashionMnist.train().classes())
        .hasSize(10)
        .startsWith("T-shirt/top", "Trouser")
        .endsWith("Bag", "Ankle boot")
        .isEqualTo(BundledFashionMnist.val().classes());
  }

  @Test
  void noPictureOccursTwice() {
    Set<ByteBuffer> seen = new HashSet<>();
    for (Dataset part : new Dataset[] {BundledFashionMnist.train(), BundledFashionMnist.val()}) {
      for (int i = 0; i < part.size(); i++) {
        assertThat(seen.add(ByteBuffer.wrap(part.get(i).picture().rgb()))).isTrue();
      }
    }
  }

  /** Brightness tells a coat from a sandal: the parts hold the same kind of pictures. */
  @Test
  void aClassLooksAlikeInBothParts() {
    double[] train = brightness(BundledFashionMnist.train());
    double[] val = brightness(BundledFashionMnist.val());
    for (int c = 0; c < train.length; c++) {
      assertThat(val[c] / train[c]).isBetween(0.85, 1.15);
    }
    assertThat(train[4]).isGreaterThan(2 * train[5]); // coats and sandals
  }

  @Test
  void picturesAreGrey28By28() {
    Picture boot = BundledFashionMnist.train().get(9).picture();
    assertThat(boot.width()).isEqualTo(28);
    assertThat(boot.height()).isEqualTo(28);
    for (int i = 0; i < boot.rgb().length; i += 3) {
      assertThat(boot.rgb()[i]).isEqualTo(boot.rgb()[i + 1]).isEqualTo(boot.rgb()[i + 2]);
    }
  }

  private static int[] perClass(Dataset data) {
    int[] count = new int[data.classes().size()];
    for (int i = 0; i < data.size(); i++) {
      count[data.get(i).label()]++;
    }
    return count;
  }

  private static double[] brightness(Dataset data) {
    double[] sum = new double[data.classes().size()];
    for (int i = 0; i < data.size(); i++) {
      Sample sample = data.get(i);
      for (byte value : sample.picture().rgb()) {
        sum[sample.label()] += (double) (value & 0xff) / data.size();
      }
    }
    return sum;
  }
}
