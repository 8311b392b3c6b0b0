package org.sotdl4j.zoo;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.ClassificationHead;
import org.sotdl4j.layers.Graph;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.TokenSequence;
import org.sotdl4j.layers.WordTokensHead;

/**
 * A text encoder with a head of SoT's family behind it, as section 4.3 of "SoT: Delving deeper into
 * classification head for transformer" (Xie et al., 2021) fine-tunes BERT and GPT.
 *
 * <p>State: the encoder's under its own names, {@code classifier}.
 *
 * @param encoder what makes the tokens
 * @param head what decides; one for word tokens alone gets them without the class token
 * @param classToken where the encoder's class token is
 * @param padded whether padding counts as words too, as in the official pooling
 * @param classes K; 1 for a number instead of classes
 * @param length N, the tokens of a text
 */
public record TextClassifier(
    TextEncoder encoder,
    ClassificationHead head,
    TextEncoder.ClassToken classToken,
    boolean padded,
    int classes,
    int length)
    implements Network {

  private static final String CLASSIFIER = "classifier";

  /** The same for texts of another length. */
  public TextClassifier withLength(int tokens) {
    return new TextClassifier(encoder, head, classToken, padded, classes, tokens);
  }

  @Override
  public TextClassifier resetClassifier(int number) {
    return new TextClassifier(encoder, head, classToken, padded, number, length);
  }

  @Override
  public Output write(Graph graph) {
    Scope scope = graph.root();
    TextInput text = TextInput.of(graph, length);
    SDVariable tokens = encoder.tokens(scope, text);
    TokenSequence sequence =
        new TokenSequence(tokens, padded ? Optional.empty() : Optional.of(text.mask()));
    if (classToken == TextEncoder.ClassToken.LAST) {
      sequence = sequence.withLastInFront(scope, text.mask());
    }
    if (head instanceof WordTokensHead) {
      sequence = sequence.from(scope, 1);
    }
    return new Output(tokens, head.logits(scope.child(CLASSIFIER), sequence, classes));
  }

  @Override
  public List<String> classifier() {
    return List.of(CLASSIFIER);
  }

  @Override
  public List<String> intermediates() {
    return encoder.blocks();
  }

  /** None but vectors: as in the field, embeddings decay. */
  @Override
  public Set<String> noWeightDecay() {
    return Set.of();
  }

  @Override
  public LayerGroups layerGroups() {
    return LayerGroups.of(encoder.stem(), encoder.blocks(), List.of(), classifier());
  }
}
