package org.sotdl4j.zoo.checkpoint;

import java.util.List;
import org.sotdl4j.layers.Parameters;
import org.sotdl4j.layers.Phase;
import org.sotdl4j.zoo.Model;
import org.sotdl4j.zoo.ModelEntry;
import org.sotdl4j.zoo.ModelGraph;
import org.sotdl4j.zoo.Zoo;

/** Finds the models of the zoo that a file suits. */
public final class Fitting {

  private Fitting() {}

  /** Ends the writing of a graph at the first parameter that does not fit. */
  private static final class Misfit extends RuntimeException {

    private static final long serialVersionUID = 1;

    Misfit() {
      super(null, null, false, false);
    }
  }

  /** The names of the models whose shapes are all in a file, for whatever classes. */
  public static List<String> models(TensorFile file) {
    return Zoo.list("*").stream()
        .filter(entry -> entry.architecture() instanceof Model model && suits(file, model))
        .map(ModelEntry::name)
        .toList();
  }

  private static boolean suits(TensorFile file, Model model) {
    Parameters.Source compare =
        (parameter, _) -> {
          String name = parameter.name();
          boolean fits =
              model.isInClassifier(name)
                  ? file.contains(name)
                  : Comparison.isDispensable(parameter)
                      || (file.contains(name) && file.fits(name, parameter.array()));
          if (!fits) {
            throw new Misfit();
          }
        };
    try (Parameters shapes = Parameters.shapesOnly(compare)) {
      var _ = ModelGraph.of(model, shapes, Phase.EVAL);
      return new Comparison(file, shapes).unexpected().isEmpty();
    } catch (Misfit _) {
      return false;
    }
  }
}
