package org.sotdl4j.spark;

import java.io.Serializable;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.sotdl4j.datasets.BadPictureException;
import org.sotdl4j.datasets.Dataset;
import org.sotdl4j.datasets.Picture;
import org.sotdl4j.datasets.Sample;

/**
 * Pictures of noise in three colours, which travel with the job.
 *
 * @param size how many there are
 * @param broken which cannot be read
 * @param trouble what reading the picture {@value #TROUBLED} meets
 */
record Noise(int size, Set<Integer> broken, Trouble trouble) implements Dataset, Serializable {

  static final int TROUBLED = 40;
  private static final int SIDE = 20;

  /** Whether the trouble of {@link Trouble#ONCE} is over in this process. */
  static final AtomicBoolean MET = new AtomicBoolean();

  enum Trouble {
    NONE,
    ONCE,
    ALWAYS,
    NO_MEMORY
  }

  Noise(int size) {
    this(size, Set.of(), Trouble.NONE);
  }

  @Override
  public List<String> classes() {
    return List.of("red", "green", "blue");
  }

  @Override
  public Sample get(int index) {
    if (broken.contains(index)) {
      throw new BadPictureException(name(index), "it rained");
    }
    if (index == TROUBLED && trouble == Trouble.NO_MEMORY) {
      throw new OutOfMemoryError("the picture is too large");
    }
    if (index == TROUBLED
        && (trouble == Trouble.ALWAYS || (trouble == Trouble.ONCE && !MET.getAndSet(true)))) {
      throw new IllegalStateException("the disk is on fire");
    }
    byte[] rgb = new byte[Picture.CHANNELS * SIDE * SIDE];
    new Random(index).nextBytes(rgb);
    int label = index % 3;
    for (int i = label; i < rgb.length; i += Picture.CHANNELS) {
      rgb[i] = (byte) (128 + (rgb[i] & 0x7f));
    }
    return new Sample(name(index), new Picture(SIDE, SIDE, rgb), label);
  }

  @Override
  public String name(int index) {
    return index + ".png";
  }
}
