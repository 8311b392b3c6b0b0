package org.sotdl4j.zoo;

import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.sotdl4j.layers.GptBlock;
import org.sotdl4j.layers.GptEmbeddings;
import org.sotdl4j.layers.Layer;
import org.sotdl4j.layers.Scope;
import org.sotdl4j.layers.TanhGelu;

/**
 * GPT: "Improving language understanding by generative pre-training" (Radford et al., 2018). Its
 * tokens see only what is before them.
 *
 * @param vocabulary number of words
 * @param width C
 * @param depth number of blocks
 * @param heads attention heads
 * @param activation inside the MLPs
 * @param positions number of positions
 * @param eps the layer norms' epsilon
 * @param drop dropout rate of tokens, branches and attention weights
 */
public record Gpt(
    int vocabulary,
    int width,
    int depth,
    int heads,
    Layer activation,
    int positions,
    double eps,
    double drop)
    implements TextEncoder {

  static final Family FAMILY =
      new Family(
          "GPT",
          "Radford et al., Improving language understanding by generative pre-training, 2018",
          "huggingface/transformers models/openai/modeling_openai.py",
          List.of(
              new Variant(
                  "openai_gpt", new Gpt(40478, 768, 12, 12, new TanhGelu(), 512, 1e-5, 0))));

  @Override
  public Gpt withDrop(double rate) {
    return new Gpt(vocabulary, width, depth, heads, activation, positions, eps, rate);
  }

  @Override
  public int padding() {
    return -1;
  }

  @Override
  public int inputSize() {
    return positions;
  }

  @Override
  public ClassToken classToken() {
    return ClassToken.LAST;
  }

  @Override
  public SDVariable tokens(Scope scope, TextInput text) {
    SDVariable x = new GptEmbeddings(vocabulary, positions, width, drop).apply(scope, text.ids());
    GptBlock block = new GptBlock(width, heads, activation, eps, drop, drop);
    for (String path : blocks()) {
      x = scope.call(path, (s, in) -> block.apply(s, in, text.mask()), x);
    }
    return x;
  }

  @Override
  public List<String> stem() {
    return List.of("tokens_embed", "positions_embed");
  }

  @Override
  public List<String> blocks() {
    return IntStream.range(0, depth).mapToObj(i -> "h." + i).toList();
  }
}
