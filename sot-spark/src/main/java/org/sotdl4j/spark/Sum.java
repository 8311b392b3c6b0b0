package org.sotdl4j.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import scala.Tuple2;

/**
 * A piece summed over the workers, in their order, so that the same steps give the same bits.
 *
 * @param values of the piece
 * @param reports with the first piece only, in the order of the workers
 */
record Sum(Packed.Whole values, List<Part.Report> reports) implements Serializable {

  /** Runs as a task of Spark on the pieces that were sent to one place. */
  static Iterator<Sum> of(Iterator<Tuple2<Integer, Part>> pieces) {
    List<Part> parts = new ArrayList<>();
    pieces.forEachRemaining(piece -> parts.add(piece._2()));
    parts.sort(Comparator.comparingInt(Part::worker));
    float[] sums =
        new float[parts.stream().mapToInt(part -> part.values().length()).max().orElse(0)];
    List<Part.Report> reports = new ArrayList<>();
    for (Part part : parts) {
      if (part.values().length() == sums.length) { // others saw no picture
        part.values().addTo(sums);
      }
      if (part.report() != null) {
        reports.add(part.report());
      }
    }
    return List.of(new Sum(Packed.whole(sums), reports)).iterator();
  }
}
