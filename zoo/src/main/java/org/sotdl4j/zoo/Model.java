package org.sotdl4j.zoo;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Part;
import org.sotdl4j.layers.Scope;

/**
 * An architecture for pictures with all its sizes: an immutable description that writes itself into
 * a graph.
 *
 * <p>B is the batch, K the number of classes, N the number of tokens, C their width.
 */
public non-sealed interface Model extends Network, Architecture {

  Setup setup();

  /** The same architecture for another setup. */
  Model with(Setup setup);

  @Override
  default int classes() {
    return setup().classes();
  }

  /** The same architecture with a new classifier for a number of classes. */
  @Override
  default Model resetClassifier(int classes) {
    return with(setup().withClasses(classes));
  }

  /** How pictures are prepared for it. */
  InputSpec input();

  /**
   * Everything before the classifier, in pieces from the picture [B, channels, imageSize,
   * imageSize] to the features; each takes what the one before gives.
   */
  List<Part> trunk();

  /**
   * Writes everything before the classifier.
   *
   * @param image [B, channels, imageSize, imageSize]
   * @return the tokens [B, N, C] after the last norm, or a map [B, C, H, W]
   */
  default SDVariable features(Scope scope, SDVariable image) {
    SDVariable x = image;
    for (Part part : trunk()) {
      x = part.layer().apply(scope, x);
    }
    return x;
  }

  /**
   * How many of the tokens stand for the whole picture; they are the first ones. 0 where the
   * classifier reads the tokens or the map of the picture alone.
   */
  int classTokens();

  /**
   * Writes the classifier.
   *
   * @param features what {@link #features} gives
   * @return the logits [B, K] of each head that is trained
   */
  List<SDVariable> head(Scope scope, SDVariable features);

  @Override
  default Output write(Graph graph) {
    SDVariable image =
        graph.input(ModelGraph.IMAGE, setup().channels(), setup().imageSize(), setup().imageSize());
    SDVariable features = features(graph.root(), image);
    return new Output(features, head(graph.root(), features));
  }

  @Override
  default void describe(Graph graph) {
    var _ = write(graph);
  }

  @Override
  default int inputSize() {
    return setup().imageSize();
  }

  @Override
  default String inputDescription() {
    return "%d x %d, mean %s, std %s, crop %s, %s"
        .formatted(
            input().size(),
            input().size(),
            input().mean(),
            input().std(),
            input().cropPct(),
            input().interpolation());
  }
}
